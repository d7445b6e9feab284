export function findDeno(): string;
export function serviceArguments(options: {
  host?: string;
  port?: string;
  data?: string;
  metrics?: string;
  backup?: string;
  open?: boolean;
}): string[];
