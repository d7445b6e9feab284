import { describe, expect, it } from 'vitest';
import { limits } from '../../../protocol/limits.ts';
import { DocumentAlarm } from '../../../worker/core/alarm.ts';
import { permissionOf } from '../../../worker/core/access/principal.ts';
import type { Connection } from '../../../worker/core/connection.ts';
import { newAttachment } from '../../../worker/core/room/new-connection.ts';

const minute = 60_000;

/** A document whose object sleeps whenever nothing happens. Times are milliseconds since the start. */
class SleepingDocument {
  alarmAt = Infinity;
  now = 0;
  #connections: Connection[] = [];
  #alarm = this.#wake();

  connect(activeAt?: number): void {
    const attachment = { ...newAttachment(permissionOf('edit'), null), activeAt };
    this.#connections.push({ attachment } as Connection);
  }

  act(): void {
    this.#alarm = this.#wake();
    this.#alarm.noteActivity();
  }

  /** The times of all alarms from now on. */
  wakes(): number[] {
    const times: number[] = [];
    while (this.alarmAt < Infinity) {
      times.push(this.now = this.alarmAt);
      this.alarmAt = Infinity;
      this.#alarm = this.#wake();
      this.#alarm.scheduleNext();
      if (times.length > 20) throw new Error('The document wakes for ever');
    }
    return times;
  }

  #wake(): DocumentAlarm {
    const log = { exists: true, version: 1, compactionDueAt: Infinity };
    const setAlarm = (time: number) => this.alarmAt = time;
    return new DocumentAlarm(log, { now: () => this.now, setAlarm }, () => this.#connections);
  }
}

describe('wakes after the last activity', () => {
  it('[P4 P5] are four, at growing intervals, while people are connected', () => {
    const document = new SleepingDocument();
    document.connect(0);
    document.connect(0);
    document.act();
    expect(document.wakes().map((time) => time / minute)).toEqual([2.5, 10, 40, 160]);
  });

  it('[P5] count from the last activity, which a sleeping object has not in memory', () => {
    const document = new SleepingDocument();
    document.connect(0);
    document.connect(27_000);
    document.act();
    expect(document.wakes().slice(0, 3).map((time) => time - 27_000))
      .toEqual([
        limits.presenceTimeout - 27_000,
        limits.presenceTimeout,
        4 * limits.presenceTimeout,
      ]);
  });

  it('[P4] are one for a document with one connection', () => {
    const document = new SleepingDocument();
    document.connect(0);
    document.act();
    expect(document.wakes()).toEqual([limits.presenceTimeout]);
  });

  it('[P4] end when the wall clock was set back', () => {
    const document = new SleepingDocument();
    document.connect(60 * minute);
    document.connect(60 * minute);
    document.act();
    expect(document.wakes().length).toBeLessThanOrEqual(5);
  });
});
