import { type DisclosedPart, HOUR_MS, type PerformedAct } from '@tact/contracts';
import type { Clock } from '../config/clock.ts';
import type { EventStore } from '../event-store/event-store.ts';
import { currentActor, currentContext } from '../observability/context.ts';
import { memoryOfPersons } from '../stores/memory.ts';

/** Looks of one hour that are remembered; one that was pushed out is written down again, which says nothing wrong. */
const REMEMBERED_MAX = 200_000;

const tenantOfContext = (): string => {
  const { tenantId } = currentContext() ?? {};
  if (tenantId === undefined) throw new Error('An act is somebody’s who calls for a tenant');
  return tenantId;
};

const subjectIn = (look: string): string | undefined => look.split(' ')[1];

export const looksOfHour = memoryOfPersons<Promise<unknown>>({
  name: 'looks of the hour',
  holds: {
    en: 'Which member of staff looked at the person within the hour, and at what.',
    fr: 'Quel membre du personnel a consulté le dossier de la personne dans l’heure, et quelle partie.',
  },
  part: 'contact',
  subjectOf: subjectIn,
});

/** Where acts are written down that are no event of anything else. They are durable before the caller goes on. */
export class ActBook {
  readonly #store: Pick<EventStore, 'append'>;
  readonly #clock: Pick<Clock, 'nowMs'>;
  /** Looks of this hour, each with its record on the way to the disk or there. */
  readonly #shown = looksOfHour.open({ max: REMEMBERED_MAX });
  #hour = 0;

  constructor(store: Pick<EventStore, 'append'>, clock: Pick<Clock, 'nowMs'>) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Called before the act, so that none is done that nobody can read of; `about` says which one, never of a person. */
  async perform(act: PerformedAct, about?: string): Promise<void> {
    const tenantId = tenantOfContext();
    const data = { tenantId, act, ...(about === undefined ? {} : { about }) };
    await this.#store.append({
      stream: `acts-${tenantId}`,
      expected: 'any',
      events: [{ type: 'ActPerformed', data }],
      context: { tenantId, subject: tenantId },
    });
  }

  /**
   * Called before something of a person is shown. Who reads the same of the same person again within the hour is written
   * down once, and waits for nothing the second time.
   */
  async disclose(contactId: string, part: DisclosedPart): Promise<void> {
    const tenantId = tenantOfContext();
    const actor = currentActor();
    if (actor === undefined) return;
    this.#forgetHour();
    const look = `${actor} ${contactId} ${part}`;
    const known = this.#shown.get(look);
    if (known !== undefined) return void (await known);
    const written = this.#store.append({
      stream: `disclosures-${tenantId}`,
      expected: 'any',
      events: [{ type: 'ContactDisclosed', data: { contactId, part } }],
      context: { tenantId, subject: contactId },
    });
    this.#shown.set(look, written);
    // What could not be written down is asked for again, and nothing was shown.
    written.catch(() => this.#shown.delete(look));
    await written;
  }

  #forgetHour(): void {
    const hour = Math.floor(this.#clock.nowMs() / HOUR_MS);
    if (hour === this.#hour) return;
    this.#hour = hour;
    this.#shown.clear();
  }
}
