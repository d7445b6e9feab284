import type { DocumentProblem } from '../../../protocol/answers/document-problem.ts';
import type { Role } from '../../../protocol/roles.ts';
import type { KeyChange, KeyEntry, NewKey } from '../access/keys.ts';
import type { Revocation, Revocations, RevokedToken } from '../access/revocations.ts';
import type { DocumentFile } from '../archive/document-reader.ts';
import type { VersionList } from '../history/history.ts';
import type { Version } from '../history/version.ts';
import type { ReaderFormat, RenderResult, StateResult } from '../render/reader.ts';
import type { Exchange } from '../room/polled-connections.ts';

/**
 * Every operation of a document: its input and its answer. Both are plain values, because they cross
 * a process boundary on Cloudflare.
 *
 * To add an operation: declare it here, add its role below, and write its handler in this folder.
 * The compiler reports the missing parts. `ExportedFile` and `ImportedFile` are the types of a document
 * file: in the core, a list of byte pieces and a `DocumentFile`; between processes, streams
 * (worker/document.ts).
 */
interface Operations<ExportedFile = readonly Uint8Array[], ImportedFile = DocumentFile> {
  /** Renders the document, unless `knownTags` contains its current tag. */
  'read': {
    input: { readonly format: ReaderFormat; readonly knownTags: readonly string[] };
    answer: RenderResult | Promise<RenderResult>;
  };
  /** All roots as JSON, unless `knownTags` contains the current tag. */
  'read-roots': {
    input: { readonly knownTags: readonly string[] };
    answer: RenderResult | Promise<RenderResult>;
  };
  /** What changed since a revision, as JSON of `Changes`; the whole document for null. */
  'changes': {
    input: { readonly since: string | null };
    answer: RenderResult | Promise<RenderResult>;
  };
  /** The document's Yjs state, with its history. */
  'state': { input: { readonly knownTags: readonly string[] }; answer: StateResult };
  /**
   * Passes a frame of an HTTP client to the room and returns the messages queued for that client.
   * The client generates the session's name.
   */
  'exchange': { input: { readonly session: string; readonly frame: Uint8Array }; answer: Exchange };
  /** Ends the session of an HTTP client, if there is one. */
  'end-session': { input: { readonly session: string }; answer: null };
  /**
   * Charges for writing content of so many characters. Answers false if the document exists. Call it
   * before that work, and `create` with its result.
   */
  'admit-content': { input: { readonly characters: number }; answer: boolean };
  /**
   * Creates the document with its first update; empty without one. Answers false, and does nothing, if it
   * exists.
   */
  'create': {
    input: { readonly keys: readonly NewKey[]; readonly update?: Uint8Array | null };
    answer: boolean;
  };
  /** Deletes the document and closes its connections with 4410. */
  'delete': { input: object; answer: Promise<RevokedKeys> };
  'list-keys': { input: object; answer: readonly KeyEntry[] };
  'add-key': { input: { readonly key: NewKey }; answer: KeyEntry };
  /** Changes the given fields of a key. A new hash revokes the old secret and changes the id. */
  'change-key': {
    input: { readonly id: string; readonly change: KeyChange };
    answer: RevokedKeys & { readonly key: KeyEntry };
  };
  /** Deletes a key and closes the connections that use it. */
  'revoke-key': { input: { readonly id: string }; answer: RevokedKeys };
  /** Revokes tokens and closes the connections that use them. */
  'revoke-tokens': { input: { readonly revocation: Revocation }; answer: null };
  'list-revocations': { input: object; answer: ReturnType<Revocations['list']> };
  /** Ends a revocation of tokens. Answers false if there is none. */
  'lift-revocation': {
    input: { readonly token: Pick<RevokedToken, 'claim' | 'value'> };
    answer: boolean;
  };
  /** The origins that may embed the document, in addition to those the service allows. */
  'list-embed-origins': { input: object; answer: readonly string[] };
  /** Replaces the embed origins and answers the new list. `origins` must contain no duplicates. */
  'set-embed-origins': {
    input: { readonly origins: readonly string[] };
    answer: readonly string[];
  };
  /** The embed origins, for the Content-Security-Policy of the embed page. Empty without a document. */
  'frame-ancestors': { input: object; answer: readonly string[] };
  /** What the service has given up, for the owners. */
  'list-problems': { input: object; answer: readonly DocumentProblem[] };
  /** The versions that are kept, newest first. */
  'list-versions': { input: object; answer: VersionList };
  /** Renders a version: one that is kept, or any since the last compaction. */
  'read-version': {
    input: { readonly version: number; readonly format: ReaderFormat };
    answer: RenderResult | Promise<RenderResult>;
  };
  /** A version as one Yjs update. */
  'version-state': { input: { readonly version: number }; answer: StateResult };
  /** Keeps the current version under a name. */
  'name-version': { input: { readonly name: string }; answer: Version };
  /** Names a kept version. Null removes its name, so that it can be removed with age. */
  'rename-version': {
    input: { readonly version: number; readonly name: string | null };
    answer: Version;
  };
  /** Deletes a version, and what only this version contains. */
  'delete-version': { input: { readonly version: number }; answer: null };
  /** The whole document as a file, including its keys. */
  'export': { input: object; answer: ExportedFile };
  /** Creates the document from such a file. */
  'import': {
    input: { readonly file: ImportedFile };
    answer: ImportResult | Promise<ImportResult>;
  };
}

/** `connect`: the role `edit`, or `view` with a key for reading with history. */
export type RequiredRole = Role | 'connect';

/**
 * The role that each operation requires; `Document.call` checks it. Null: no principal is required. The
 * routes check whether a request may create or import, because the document does not exist yet. A browser
 * needs the frame ancestors of a page before the page can present a credential.
 */
export const requiredRoles = {
  'read': 'view',
  'changes': 'view',
  // Roots that are not shown to readers may contain data that is not meant for them.
  'read-roots': 'connect',
  // The state contains deleted text, which readers must not see.
  'state': 'connect',
  'exchange': 'connect',
  'end-session': 'connect',
  'admit-content': null,
  'create': null,
  'delete': 'own',
  'list-keys': 'own',
  'add-key': 'own',
  'change-key': 'own',
  'revoke-key': 'own',
  'revoke-tokens': 'own',
  'list-revocations': 'own',
  'lift-revocation': 'own',
  'list-embed-origins': 'own',
  'set-embed-origins': 'own',
  'frame-ancestors': null,
  'list-problems': 'own',
  // Versions contain deleted text.
  'list-versions': 'edit',
  'read-version': 'edit',
  'version-state': 'edit',
  'name-version': 'edit',
  'rename-version': 'edit',
  'delete-version': 'own',
  'export': 'own',
  'import': null,
} as const satisfies Readonly<Record<OperationType, RequiredRole | null>>;

export type OperationType = keyof Operations;

/** One operation by its type, as a value. */
export type OperationOf<T extends OperationType, ImportedFile = DocumentFile> =
  & { readonly type: T }
  & Operations<unknown, ImportedFile>[T]['input'];

/** Any operation: a union discriminated by `type`. */
export type Operation<ImportedFile = DocumentFile> = {
  [T in OperationType]: OperationOf<T, ImportedFile>;
}[OperationType];

export type AnswerOf<T extends OperationType, ExportedFile = readonly Uint8Array[]> = Operations<
  ExportedFile
>[T]['answer'];

/** Hashes of keys that were revoked or changed. Their cached renderings must be removed. */
export interface RevokedKeys {
  readonly revokedHashes: readonly string[];
}

export type ImportResult =
  | { readonly status: 'imported'; readonly version: number }
  /** The document exists already. */
  | { readonly status: 'exists' }
  /** The host is importing as much as it can hold in memory. */
  | { readonly status: 'busy' }
  /** The file is damaged or of a newer format; `reason` is a sentence. */
  | { readonly status: 'invalid'; readonly reason: string };
