/** Writes an event with details for the operator. The details contain no credential and no content. */
export type Trace = (event: string, details: Readonly<Record<string, unknown>>) => void;

/** Writes one line of JSON per event to the log. */
export const writeTrace: Trace = (event, details) => {
  console.log(
    JSON.stringify({ time: new Date().toISOString(), level: 'debug', event, ...details }),
  );
};
