export function elementStyles(root: string): import('esbuild').Plugin;
