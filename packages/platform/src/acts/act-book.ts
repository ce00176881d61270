import {
  type DisclosedPart,
  type EventDataOf,
  HOUR_MS,
  type PerformedAct,
  type SystemActor,
} from '@tact/contracts';
import type { Clock } from '../config/clock.ts';
import type { EventStore } from '../event-store/event-store.ts';
import type { StreamAppend } from '../event-store/events.ts';
import { currentActor, currentContext } from '../observability/context.ts';
import type { Queryable } from '../postgres/queryable.ts';
import { memoryOfPersons } from '../stores/memory.ts';

/** Looks of one hour that are remembered; one that was pushed out is written down again, which says nothing wrong. */
const REMEMBERED_MAX = 200_000;

const tenantOfContext = (): string => {
  const { tenantId } = currentContext() ?? {};
  if (tenantId === undefined) throw new Error('An act is somebody’s who calls for a tenant');
  return tenantId;
};

/** Beside what was done. */
export type Performed = {
  /** Which one it was; never anything of a person. */
  readonly about?: string;
  /** Names of what it changed. */
  readonly changed?: readonly string[];
  /** Whose affair it is beside the caller's own tenant; `every`: what is done to all is everybody's. */
  readonly concerns?: readonly string[] | 'every';
};

type Origin = { readonly actorId?: SystemActor; readonly time?: string };

/** An act in the story of one tenant. */
export const performedAppend = (
  data: EventDataOf<'ActPerformed'>,
  { actorId, time }: Origin = {},
): StreamAppend => {
  const { tenantId } = data;
  return {
    stream: `acts-${tenantId}`,
    expected: 'any',
    events: [{ type: 'ActPerformed', data, ...(time === undefined ? {} : { time }) }],
    context: {
      tenantId,
      subject: tenantId,
      ...(actorId === undefined ? {} : { actorId }),
    },
  };
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
  readonly #store: Pick<EventStore, 'append' | 'appendMany' | 'appendIn'>;
  readonly #clock: Pick<Clock, 'nowMs'>;
  readonly #everyTenant: () => Promise<readonly string[]>;
  /** Looks of this hour, each with its record on the way to the disk or there. */
  readonly #shown = looksOfHour.open({ max: REMEMBERED_MAX });
  #hour = 0;

  constructor(
    store: Pick<EventStore, 'append' | 'appendMany' | 'appendIn'>,
    clock: Pick<Clock, 'nowMs'>,
    everyTenant: () => Promise<readonly string[]>,
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#everyTenant = everyTenant;
  }

  /**
   * Called before the act, so that none is done that nobody can read of. It stands in the audit of the caller's own
   * tenant, and of those whose affair it is.
   */
  async perform(act: PerformedAct, performed: Performed = {}): Promise<void> {
    const [own, ...others] = await this.#appendsOf(act, performed);
    if (own === undefined) return;
    if (others.length === 0) await this.#store.append(own);
    else await this.#store.appendMany([own, ...others]);
  }

  /** The same in the transaction of the act. */
  async performIn(tx: Queryable, act: PerformedAct, performed: Performed = {}): Promise<void> {
    await this.#store.appendIn(tx, await this.#appendsOf(act, performed));
  }

  async #appendsOf(
    act: PerformedAct,
    { about, changed = [], concerns = [] }: Performed,
  ): Promise<readonly StreamAppend[]> {
    const own = tenantOfContext();
    const others = concerns === 'every' ? await this.#everyTenant() : concerns;
    return [...new Set([own, ...others])].map((tenantId) =>
      performedAppend({
        tenantId,
        act,
        ...(about === undefined ? {} : { about }),
        ...(changed.length === 0 ? {} : { changed: [...changed] }),
      }),
    );
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
