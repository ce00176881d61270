import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from '../event-store/events.ts';
import type { EventSource } from './projection.ts';

/** Milliseconds a read waits for others that want the same events. */
const GATHER_MS = 5;

type Read<Event> = { readonly events: readonly Event[]; readonly next: number };

/** What a page would have found by itself; undefined when the common read did not come so far. */
const shareOf = <Event extends { position: number }>(
  { after, limit }: Page,
  { events, next }: Read<Event>,
): Read<Event> | undefined => {
  if (events.length > 0 && next <= after) return undefined;
  const share = events.filter(({ position }) => position > after).slice(0, limit);
  return { events: share, next: share.at(-1)?.position ?? after };
};

/**
 * One read for all who ask at about the same time: an event is fetched and opened once, however many read models it
 * goes to. Nothing is kept between two reads. For projections that rest: they do so to common instants, and nobody
 * waits for the few milliseconds a read waits for its companions.
 */
export const sharedReads = <Event extends { position: number }>(
  source: EventSource<Event>,
): EventSource<Event> => {
  let gathering: { readonly pages: Page[]; readonly read: Promise<Read<Event>> } | undefined;
  const gather = () => {
    const pages: Page[] = [];
    const read = pause(GATHER_MS).then(() => {
      // Who asks from now on may have been told of events that this read does not see.
      gathering = undefined;
      return source.read({
        after: Math.min(...pages.map(({ after }) => after)),
        limit: Math.max(...pages.map(({ limit }) => limit)),
      });
    });
    return { pages, read };
  };
  return {
    read: async (page) => {
      gathering ??= gather();
      gathering.pages.push(page);
      return shareOf(page, await gathering.read) ?? (await source.read(page));
    },
    head: () => source.head(),
    waiter: () => source.waiter(),
  };
};
