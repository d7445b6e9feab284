import type { AccessList } from '../access/access-list.ts';
import type { EmbedOrigins } from '../access/embed-origins.ts';
import type { Denial, Permission } from '../access/principal.ts';
import type { DocumentAlarm } from '../alarm.ts';
import type { Connection } from '../connection.ts';
import type { DocumentHost } from '../host.ts';
import type { History } from '../history/history.ts';
import type { UpdateLog } from '../log/update-log.ts';
import type { Reader } from '../render/reader.ts';
import type { PolledConnections } from '../room/polled-connections.ts';
import type { Room } from '../room/room.ts';
import type { SqlDatabase } from '../sql.ts';
import type { DocumentWork } from '../work/document-work.ts';
import type { AnswerOf, OperationOf, OperationType, requiredRoles } from './operations.ts';

/** The parts of a document that handlers work with. */
export interface DocumentParts {
  readonly host: DocumentHost;
  readonly sql: SqlDatabase;
  readonly log: UpdateLog;
  readonly history: History;
  readonly access: AccessList;
  readonly embedOrigins: EmbedOrigins;
  readonly room: Room;
  readonly polled: PolledConnections;
  readonly alarm: DocumentAlarm;
  readonly work: DocumentWork;
  /** Replaced when the document is deleted. */
  reader: Reader;
  newReader(): Reader;
  /** The open connections, by WebSocket and by HTTP. */
  connections(): Iterable<Connection>;
}

/** The permission that `Document.call` has checked; null where the operation requires none. */
type PermissionFor<T extends OperationType> = (typeof requiredRoles)[T] extends null ? null
  : Permission;

/** Runs one operation. Called only after the access check. */
export type Handler<T extends OperationType> = (
  parts: DocumentParts,
  operation: OperationOf<T>,
  permission: PermissionFor<T>,
  /** What counts as the client's address; null where it is unknown. */
  network: string | null,
) => AnswerOf<T> | Denial;

export type Handlers<T extends OperationType = OperationType> = {
  readonly [K in T]: Handler<K>;
};
