export declare function makeTokenVectors(): string;
