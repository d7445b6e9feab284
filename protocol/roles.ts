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
