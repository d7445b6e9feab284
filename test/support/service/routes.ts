import { createApp } from '../../../worker/app.ts';
import { EdgeCache } from '../../../worker/cache/edge-cache.ts';
import { MemoryCache } from '../../../worker/cache/memory-cache.ts';
import { readSettings } from '../../../worker/access/settings.ts';

/** Every route of the service. Nothing is run. */
export function allRoutes(): readonly { readonly method: string; readonly path: string }[] {
  const unused = () => {
    throw new Error('Not called');
  };
  const { routes } = createApp(unused, {
    ...readSettings({}),
    writeContent: unused,
    asset: unused,
    health: unused,
    addressOf: unused,
    refuseUpgrade: unused,
    limiter: { allow: unused },
    cache: new EdgeCache(
      new MemoryCache(),
      { match: unused, put: unused, delete: unused },
      unused,
    ),
  });
  return routes.filter(({ method }) => method !== 'ALL');
}
