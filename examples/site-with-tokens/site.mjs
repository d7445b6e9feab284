// A site with its own users, and a document in one of its pages. The service does not know the users:
// this site signs a token for each.
import { Hono } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { html } from 'hono/html';
import { randomUUID } from 'node:crypto';
import { listen } from '../listen.mjs';
import { signToken } from './sign-token.mjs';

/** The users, and their roles for the minutes. A real site has a database and passwords. */
const users = new Map([
  ['zoe', { name: 'Zoë Ōta', color: '#00756b', role: 'edit' }],
  ['ben', { name: 'Ben Adler', color: '#b4371f', role: 'view' }],
]);
const sessions = new Map();

/** `pad`: the URL of the service; `secret`: an entry of its EDGEPAD_TOKEN_SECRETS. */
export function start({ pad, secret, origin, port }) {
  const app = new Hono();
  const userOf = (c) => users.get(sessions.get(getCookie(c, 'session')));

  app.get('/', (c) => {
    const user = userOf(c);
    return c.html(page(user ? minutes(user, pad) : welcome()));
  });

  app.post('/login/:id', (c) => {
    const session = randomUUID();
    sessions.set(session, c.req.param('id'));
    setCookie(c, 'session', session, { httpOnly: true, sameSite: 'Lax', path: '/' });
    return c.redirect('/', 303);
  });

  // embed.js fetches this whenever it needs a token. The session identifies the user.
  app.get('/pad-token', (c) => {
    const user = userOf(c);
    if (!user) return c.text('Log in first', 401);
    const { name, color, role } = user;
    const sub = sessions.get(getCookie(c, 'session'));
    c.header('cache-control', 'no-store');
    return c.text(signToken(secret, { aud: pad, doc: 'minutes', role, sub, name, color, origin }));
  });

  return listen(app, port);
}

const welcome = () =>
  html`
    <p>Log in as</p>
    <form method="post" action="/login/zoe"><button>Zoë (edits)</button></form>
    <form method="post" action="/login/ben"><button>Ben (reads)</button></form>
  `;

const minutes = (user, pad) =>
  html`
    <p>Logged in as ${user.name}.</p>
    <script async src="${pad}/embed.js" data-doc="minutes" data-label="Minutes"
      data-token-url="/pad-token"></script>
  `;

const page = (body) =>
  html`
    <!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Harbour office</title>
        <style>
              body { max-width: 50rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 Georgia, serif; }
              edgepad-frame { border: 1px solid #bbb; border-radius: 8px; overflow: hidden; }
            </style>
      </head>
      <body><h1>Harbour office</h1>${body}</body>
    </html>
  `;
