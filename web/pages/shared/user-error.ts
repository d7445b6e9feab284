/** An error for the person who uses the page: `message` says what failed, why, and what to do. */
export class UserError extends Error {}
