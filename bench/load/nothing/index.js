/** As long as what a viewer gets of a document that is being edited. */
const body = JSON.stringify({ version: '1.0000000000000000', padding: 'x'.repeat(3_500) });

export default {
  fetch: () => new Response(body, { headers: { 'content-type': 'application/json' } }),
};
