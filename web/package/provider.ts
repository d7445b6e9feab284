/** `edgepad/provider`: keeps a `Y.Doc` in sync with the service. */
export { asksToWait, CloseCode, mayReconnect } from '../../protocol/close-codes.ts';
export type { Role } from '../../protocol/roles.ts';
export type { GetToken } from '../provider/credentials.ts';
export { type OfflineCopy, openOfflineCopy } from '../provider/offline/offline-copy.ts';
export { type ConnectionStatus, EdgepadProvider, type ProviderEvents } from './edgepad-provider.ts';
export type { CopyOnDevice, ProviderOptions } from '../provider/provider-options.ts';
export type { Transport } from '../provider/transport/transport-selector.ts';
export type { ProviderStatus } from '../provider/status.ts';
