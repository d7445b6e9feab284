/// <reference types="@cloudflare/vitest-pool-workers/types" />
declare namespace Cloudflare {
  interface GlobalProps {
    mainModule: typeof import('../../worker/cloudflare/main.ts');
    durableNamespaces: 'DocumentDurableObject';
  }
  interface Env {
    DOCUMENTS: DurableObjectNamespace<
      import('../../worker/cloudflare/main.ts').DocumentDurableObject
    >;
    ASSETS: Fetcher;
  }
}
