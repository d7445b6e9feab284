/** What a client may do: read; also write; also manage access. In ascending order. */
export const roles = ['view', 'edit', 'own'] as const;

export type Role = (typeof roles)[number];

export function isRole(value: unknown): value is Role {
  return roles.some((role) => role === value);
}

/** Whether `role` includes everything that `required` allows. */
export function roleAllows(role: Role, required: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(required);
}

/**
 * How documents are created, as the service tells its pages (`data-creation`): any name opens as one
 * (`open`), the service creates one for anyone (`anyone`), or not from a page (`none`).
 */
export const creationModes = ['open', 'anyone', 'none'] as const;

export type CreationMode = (typeof creationModes)[number];
