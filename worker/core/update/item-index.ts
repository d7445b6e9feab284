import { createEncoder, toUint8Array, writeVarUint } from 'lib0/encoding';
import { CloseCode } from '../../../protocol/close-codes.ts';
import { limits, workLimits } from '../../../protocol/limits.ts';
import { ProtocolError } from '../../../protocol/protocol-error.ts';
import { ByteReader } from './byte-reader.ts';
import { containersIn, estimateMemory } from './document-memory.ts';
import { checkStructure, checkText } from './document-structure.ts';
import { decodeItemTable, encodeItemTable } from './items/encode-item-table.ts';
import { InsertionPlaces } from './items/insertion-places.ts';
import { InsertionWalk } from './items/insertion-walk.ts';
import { Column, ItemTable, noRow } from './items/item-table.ts';
import { extendsLastRow, splitAtDeletes } from './items/merged-items.ts';
import { NamedLists } from './items/named-lists.ts';
import { NeighbourCheck } from './items/neighbour-check.ts';
import { RightOrigins } from './right-origins.ts';
import { Kind, noClient, type UpdateReader } from './update-reader.ts';
import { visitInYjsOrder } from './yjs-order.ts';

/** The version of {@link ItemIndex.encode}. Raise it when the index changes: it is then built again. */
const encoding = 2;

/**
 * The order, parents and origins of all items of a log, without their content. It integrates updates as
 * Yjs does, and counts the steps. A row of its table is an item of Yjs, apart from deleted items that
 * Yjs would merge.
 *
 * It takes about 60 bytes for an item, a fraction of a `Y.Doc`; encoded, about 7.
 */
export class ItemIndex {
  /** The units that the last {@link add} took, accepted or not. */
  addedWork = 0;
  /** The steps that {@link correct} has taken to compare neighbours, accepted or not. */
  checkSteps = 0;
  readonly #table = new ItemTable();
  readonly #walk = new InsertionWalk(this.#table);
  readonly #lists = new NamedLists(this.#table);
  readonly #check = new NeighbourCheck(this.#table);
  readonly #places = new InsertionPlaces(this.#table, this.#lists, this.#check);
  /** Of the items of the current update with inconsistent neighbours. */
  #corrections = new RightOrigins();
  #types = 0;
  #containers = 0;
  #steps = 0;
  #snapshotSteps = 0;
  #before = { types: 0, containers: 0, steps: 0 };

  /**
   * Indexes the updates of a stored document. They may contain what {@link add} rejects or corrects: an
   * older version of the service may have stored it.
   */
  static of(updates: readonly Uint8Array[]): ItemIndex {
    const index = new ItemIndex();
    index.addStored(updates);
    return index;
  }

  /** Restores an encoded index. Throws a SyntaxError for bytes that {@link encode} does not write. */
  static decode(bytes: Uint8Array): ItemIndex {
    const reader = new ByteReader(bytes);
    if (reader.varUint() !== encoding) throw new SyntaxError('Cannot read index: unknown version');
    const index = new ItemIndex();
    index.#types = reader.varUint();
    index.#containers = reader.varUint();
    index.#steps = index.#snapshotSteps = reader.varUint();
    index.#lists.restore(decodeItemTable(reader, index.#table));
    reader.expectEnd();
    return index;
  }

  /** Adds further updates of a stored document, see {@link of}. */
  addStored(updates: readonly Uint8Array[]): void {
    for (const update of updates) {
      this.#integrate(update, { isTrusted: true, isCorrected: false, hasBudget: false });
    }
  }

  /**
   * Adds an update of a document that was stored elsewhere, and returns it with the neighbours that
   * {@link add} would give its items. Throws a RangeError when the document takes more memory or steps
   * than it may, and a {@link ProtocolError} for a value in XML that has no text.
   */
  correct(update: Uint8Array): Uint8Array {
    try {
      this.#integrate(update, { isTrusted: true, isCorrected: true, hasBudget: true });
    } finally {
      this.checkSteps += this.#check.steps;
    }
    return this.#corrections.replaceIn(update);
  }

  encode(): Uint8Array {
    const encoder = createEncoder();
    for (const number of [encoding, this.#types, this.#containers, this.#steps]) {
      writeVarUint(encoder, number);
    }
    encodeItemTable(encoder, this.#table, [...this.#lists]);
    return toUint8Array(encoder);
  }

  /** The steps that Yjs takes to load the indexed updates, one after the other. */
  get steps(): number {
    return this.#steps;
  }

  /** The steps since {@link decode}, or all. */
  get stepsSinceSnapshot(): number {
    return this.#steps - this.#snapshotSteps;
  }

  /**
   * The steps, and the time of creating and compacting the items, in which an item counts as 10 and a
   * client id as 25: up to 200 ns each (measured with empty types, marks, text and client ids).
   */
  get loadingSteps(): number {
    return this.#steps + 10 * this.#table.size + 25 * this.#table.clients.length;
  }

  /** Bytes that a `Y.Doc` takes besides its text, estimated. */
  get memory(): number {
    return estimateMemory({
      items: this.#table.size,
      types: this.#types,
      clients: this.#table.clients.length,
      containers: this.#containers,
    });
  }

  clockOf(client: number): number {
    return this.#table.clockOf(client);
  }

  /**
   * Adds an update that is complete over the indexed ones, and returns it. In place of an item whose
   * neighbours would let replicas order it differently it has one with another right origin, see
   * `NeighbourCheck`.
   *
   * Returns null when the document would take more memory or steps than a document may. Throws a
   * {@link ProtocolError} `forbiddenContent` when the update alone takes too many steps, or would break
   * the structure of the document. In both cases the index remains unchanged.
   */
  add(update: Uint8Array): Uint8Array | null {
    this.#begin();
    const { size, clients } = this.#table;
    const clientsBefore = clients.length;
    try {
      this.#integrate(update, { isTrusted: false, isCorrected: true, hasBudget: true });
      this.#noteWork(size, clientsBefore);
      return this.#corrections.replaceIn(update);
    } catch (error) {
      this.#noteWork(size, clientsBefore);
      this.#revert();
      if (error instanceof RangeError) return null;
      throw error;
    }
  }

  /** Yields the ids of the items in a root, in their order. Without deletions. */
  *itemsIn(root: string): Generator<{ client: number; clock: number; length: number }> {
    const table = this.#table;
    const list = this.#lists.findRoot(root);
    if (list === noRow) return;
    for (
      let row = table.get(list, Column.first);
      row !== noRow;
      row = table.get(row, Column.next)
    ) {
      yield { ...table.idOf(row), length: table.get(row, Column.length) };
    }
  }

  #noteWork(size: number, clients: number): void {
    const added = this.#table.size - size;
    const addedClients = this.#table.clients.length - clients;
    const steps = this.#steps - this.#before.steps + this.#check.steps;
    this.addedWork = (steps + 5 * added + 15 * addedClients) / workLimits.steps;
  }

  #begin(): void {
    this.#table.begin();
    this.#lists.begin();
    this.#before = { types: this.#types, containers: this.#containers, steps: this.#steps };
  }

  #revert(): void {
    this.#table.revert();
    this.#lists.revert();
    this.#types = this.#before.types;
    this.#containers = this.#before.containers;
    this.#steps = this.#before.steps;
  }

  #integrate(update: Uint8Array, options: Checks): void {
    const { size } = this.#table;
    const { isTrusted, hasBudget } = options;
    const stepsBefore = this.#steps;
    this.#corrections = new RightOrigins();
    this.#table.splitSteps = this.#walk.steps = this.#check.steps = 0;
    this.#check.maxSteps = this.#walk.maxSteps = isTrusted
      ? Math.max(0, limits.documentSteps - stepsBefore)
      : limits.updateSteps;
    const countSteps = () => {
      const steps = this.#walk.steps + Math.ceil(this.#table.splitSteps);
      this.#steps = stepsBefore + steps;
      if (!isTrusted && steps + this.#check.steps > limits.updateSteps) {
        throw forbidden('Too many items at one position');
      }
    };
    const deletes = visitInYjsOrder(update, this, (struct) => {
      this.#addStruct(struct, options);
      countSteps();
      if (hasBudget && this.memory > limits.documentMemory) {
        throw new RangeError('The document takes too much memory');
      }
    });
    const addsItems = this.#table.size > size;
    for (const [client, ranges] of deletes) {
      splitAtDeletes(this.#table, this.#table.indexOf(client), ranges, countSteps);
    }
    // Honest updates take few steps. They are accepted in any document.
    const isCheap = this.#steps - stepsBefore < freeSteps;
    const allSteps = this.#steps + this.#check.steps;
    if (hasBudget && addsItems && !isCheap && allSteps > limits.documentSteps) {
      throw new RangeError('The document takes too many steps');
    }
  }

  #addStruct(struct: UpdateReader, options: Checks): void {
    const table = this.#table;
    const known = table.clockOf(struct.client);
    const length = struct.clock + struct.length - known;
    if (length <= 0) return;
    const client = table.indexOf(struct.client);
    if (struct.kind === Kind.gc) return this.#addGarbage(client, length);
    const place = options.isCorrected
      ? this.#places.findConsistent(struct, options)
      : this.#places.find(struct);
    const { list, left, right } = place;
    if (place.isCorrected) {
      this.#corrections.add(struct, right === noRow ? null : table.idOf(right));
    }
    if (list === noRow) return this.#addGarbage(client, length);
    if (!options.isTrusted) {
      checkStructure(struct, table.get(list, Column.type), table.get(list, Column.depth));
    } else if (options.isCorrected) {
      // Compaction removes the rest of what `checkStructure` rejects.
      checkText(struct, table.get(list, Column.type));
    }
    this.#containers += containersIn(struct);
    if (extendsLastRow(struct, client, place, { table, lists: this.#lists })) {
      return table.extend(client, length);
    }
    const row = table.addItem(client, length);
    table.mark(row, Column.kind, struct.kind);
    table.mark(row, Column.list, list);
    this.#setOrigins(row, struct, right);
    if (struct.kind === Kind.type) {
      table.mark(row, Column.type, struct.sharedType);
      table.mark(row, Column.depth, table.get(list, Column.depth) + 1);
      this.#types++;
    }
    this.#walk.insert(row, left, right);
  }

  #addGarbage(client: number, length: number): void {
    const table = this.#table;
    const last = table.clients[client]!.rows.at(-1); // the caller has added the client
    if (last !== undefined && table.get(last, Column.list) === noRow) {
      table.extend(client, length);
    } else {
      table.mark(table.addItem(client, length), Column.kind, Kind.gc);
    }
  }

  #setOrigins(row: number, struct: UpdateReader, right: number): void {
    const table = this.#table;
    if (struct.originClient !== noClient) {
      table.mark(row, Column.originClient, table.indexOf(struct.originClient));
      table.mark(row, Column.originClock, struct.originClock);
    }
    if (right !== noRow) {
      table.mark(row, Column.rightClient, table.get(right, Column.client));
      table.mark(row, Column.rightClock, table.get(right, Column.clock));
    }
  }
}

interface Checks {
  /** Whether to accept what this version of the service rejects. */
  readonly isTrusted: boolean;
  /** Whether to correct neighbours that contradict the order. */
  readonly isCorrected: boolean;
  readonly hasBudget: boolean;
}

/** Steps of an update that a document beyond `limits.documentSteps` accepts. */
const freeSteps = 1000;

function forbidden(message: string): ProtocolError {
  return new ProtocolError(CloseCode.forbiddenContent, message);
}
