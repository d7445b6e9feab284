/** An error for the person who uses the page: `message` contains the action, the cause and the next step. */
export class UserError extends Error {}
