import { notFound } from '../../http/problem.ts';

const mediaTypes: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  ico: 'image/x-icon',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json',
  map: 'application/json',
  png: 'image/png',
  svg: 'image/svg+xml',
  txt: 'text/plain; charset=utf-8',
  webmanifest: 'application/manifest+json',
  woff2: 'font/woff2',
};

/** Text compresses well; images and fonts are compressed already. */
const compressible = /^text\/|json|xml/;

interface Asset {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly gzip: Uint8Array<ArrayBuffer> | null;
  readonly type: string;
  readonly tag: string;
}

/** The built files of web/. They are read once, since they do not change while the service runs. */
export class Assets {
  readonly #folder: string;
  readonly #cached = new Map<string, Promise<Asset | null>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** A file for the routes, uncompressed; 404 for a missing one. */
  async get(path: string): Promise<Response> {
    const asset = await this.#find(path);
    if (!asset) return new Response(null, { status: 404 });
    return new Response(asset.bytes, {
      headers: { 'content-type': asset.type, etag: `"${asset.tag}"` },
    });
  }

  /**
   * Answers a request for a file whose name contains a hash of its content. The headers are those of
   * web/static/_headers, which Cloudflare applies itself.
   */
  async serve(request: Request, path: string): Promise<Response> {
    const asset = await this.#find(path);
    if (!asset) return notFound().toResponse();
    const gzip = /\bgzip\b/.test(request.headers.get('accept-encoding') ?? '') ? asset.gzip : null;
    const etag = `"${asset.tag}${gzip ? '-gzip' : ''}"`;
    const headers = new Headers({
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      'content-type': asset.type,
      etag,
      vary: 'accept-encoding',
    });
    if (request.headers.get('if-none-match')?.includes(etag)) {
      return new Response(null, { status: 304, headers });
    }
    if (gzip) headers.set('content-encoding', 'gzip');
    const body = gzip ?? asset.bytes;
    headers.set('content-length', String(body.length));
    return new Response(request.method === 'HEAD' ? null : body, { headers });
  }

  #find(path: string): Promise<Asset | null> {
    // A file, or a file in a folder: no path that leaves the folder.
    if (!/^(\/[\w-]+)?\/[\w-]+(\.[\w-]+)+$/.test(path)) return Promise.resolve(null);
    const cached = this.#cached.get(path);
    if (cached) return cached;
    const asset = readAsset(this.#folder + path);
    this.#cached.set(path, asset);
    // Missing files are not cached, since clients can request any number of them.
    void asset.then((found) => found ?? this.#cached.delete(path), () => this.#cached.delete(path));
    return asset;
  }
}

async function readAsset(path: string): Promise<Asset | null> {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
  const type = mediaTypes[path.slice(path.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const tag = hash.slice(0, 12).toHex();
  return { bytes, gzip: compressible.test(type) ? await compress(bytes) : null, type, tag };
}

async function compress(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
