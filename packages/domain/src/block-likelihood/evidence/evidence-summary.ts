import { DAY_MS } from '@tact/contracts';
import { everyFamily } from '../../signals/families.ts';
import { kindsTelling, type Telling } from '../../signals/kinds.ts';
import { fateOf, hasEvidence, type History, instantsOf, type Message } from './facts.ts';
import type { Model } from '../model/model.ts';
import { lifeOf, waitOf } from './waiting.ts';

type Looks = 'seen' | 'gone' | 'never';

/** `underway`: too early to tell; `undelivered`: it has not come, and is no longer waited for. */
type LastMessage = 'none' | 'arrived' | 'underway' | 'undelivered';

/** The counts that sentences and the publishing rule speak of. */
export type EvidenceSummary = {
  readonly waiting: number;
  readonly waitingDays: number;
  readonly unreachableCodes: number;
  /** What became of the last message that tested the phone. */
  readonly lastMessage: LastMessage;
  readonly inbound: number;
  /** Days since the last inbound message, or since the first fact. */
  readonly silentDays: number;
  readonly rang: number;
  readonly callsInSilence: number;
  readonly photo: Looks;
  readonly presence: Looks;
  readonly groupReceipts: number;
  readonly groupRefusals: number;
  readonly complaints: number;
  readonly optedOut: boolean;
  readonly signsOfLife: number;
};

const lastOf = (instants: readonly number[]): number => Math.max(-Infinity, ...instants);

const lastMessageOf = (
  { messages }: History,
  isWaiting: (one: Message) => boolean,
): LastMessage => {
  const instantOf = ({ sentAt, arrivals }: Message) => sentAt ?? Math.min(...arrivals.values());
  const last = messages
    .filter((one) => ['arrived', 'waiting'].includes(fateOf(one)))
    .reduce<Message | undefined>(
      (latest, one) => (latest && instantOf(latest) > instantOf(one) ? latest : one),
      undefined,
    );
  if (!last) return 'none';
  if (fateOf(last) === 'arrived') return 'arrived';
  return isWaiting(last) ? 'underway' : 'undelivered';
};

export const summaryOf = (history: History, model: Model, asOf: number): EvidenceSummary => {
  const instants = (tells: Telling) => instantsOf(history, tells);
  const looks = (seen: Telling, missing: Telling): Looks => {
    if (instants(seen).length === 0) return 'never';
    return lastOf(instants(seen)) >= lastOf(instants(missing)) ? 'seen' : 'gone';
  };
  const life = lifeOf(history, everyFamily);
  const openWait = (message: Message) => {
    const wait = waitOf(message, life, model.timeToLiveMs);
    return wait && wait.until > asOf ? wait : undefined;
  };
  const waits = history.messages.flatMap((message) => {
    const wait = openWait(message);
    return wait && asOf - wait.from >= model.waitMsMin ? [wait.from] : [];
  });
  const optOuts = history.messages.filter((one) => hasEvidence(one, 'opt_out'));
  const out = lastOf([
    ...instants('marketing-stopped'),
    ...optOuts.map((one) => one.failedAt ?? 0),
  ]);
  const spoke = Math.max(history.startAt, lastOf(instants('wrote')));
  return {
    waiting: waits.length,
    waitingDays: waits.length === 0 ? 0 : Math.floor((asOf - Math.min(...waits)) / DAY_MS),
    unreachableCodes: history.messages.filter((one) => fateOf(one) === 'unreachable').length,
    lastMessage: lastMessageOf(history, (message) => openWait(message) !== undefined),
    inbound: instants('wrote').length,
    silentDays: Math.floor((asOf - spoke) / DAY_MS),
    // One call is often told twice, as ringing and as answered: kinds are not added up.
    rang: Math.max(
      ...kindsTelling('rang').map((kind) => history.others.get(kind)?.instants.length ?? 0),
    ),
    callsInSilence: instants('did-not-ring').length,
    photo: looks('photo-shown', 'photo-gone'),
    presence: looks('presence-shown', 'presence-gone'),
    groupReceipts: instants('group-receipt').length,
    groupRefusals: instants('not-added-to-group').length,
    complaints: instants('complaint').length,
    optedOut: out > lastOf(instants('marketing-resumed')),
    signsOfLife: life.length,
  };
};
