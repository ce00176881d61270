import type { SignalFamily, SignalKind } from '@tact/contracts';
import { fateOf, type History, type Message } from './facts.ts';
import type { Model } from '../model/model.ts';
import { DAY_MS } from '../model/states.ts';
import { lifeOf, waitOf } from './waiting.ts';

type Looks = 'seen' | 'gone' | 'never';

/** `underway`: too early to tell; `unheard`: it has not come, and is no longer waited for. */
type LastMessage = 'none' | 'arrived' | 'underway' | 'unheard';

/** The counts that sentences and the publishing rule speak of. */
export type Tally = {
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

const everyFamily: ReadonlySet<SignalFamily> = new Set([
  'delivery',
  'inbound',
  'call',
  'photo',
  'presence',
  'group',
  'context',
]);

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
  return isWaiting(last) ? 'underway' : 'unheard';
};

export const tallyOf = (history: History, model: Model, asOf: number): Tally => {
  const instants = (kind: SignalKind) => history.others.get(kind)?.instants ?? [];
  const looks = (seen: SignalKind, missing: SignalKind): Looks => {
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
  const optOuts = history.messages.filter(({ codes }) => codes.has(131050));
  const out = lastOf([
    ...instants('marketing-opt-out'),
    ...optOuts.map((one) => one.failedAt ?? 0),
  ]);
  const spoke = Math.max(history.startAt, lastOf(instants('inbound-message')));
  return {
    waiting: waits.length,
    waitingDays: waits.length === 0 ? 0 : Math.floor((asOf - Math.min(...waits)) / DAY_MS),
    unreachableCodes: history.messages.filter((one) => fateOf(one) === 'unreachable').length,
    lastMessage: lastMessageOf(history, (message) => openWait(message) !== undefined),
    inbound: instants('inbound-message').length,
    silentDays: Math.floor((asOf - spoke) / DAY_MS),
    rang: lastOf([
      instants('call-rang').length,
      instants('call-answered').length,
      instants('call-rejected').length,
    ]),
    callsInSilence: instants('call-not-ringing').length,
    photo: looks('photo-seen', 'photo-missing'),
    presence: looks('presence-seen', 'presence-missing'),
    groupReceipts: instants('group-receipt').length,
    groupRefusals: instants('group-add-refused').length,
    complaints: instants('complaint-recorded').length,
    optedOut: out > lastOf(instants('marketing-opt-in')),
    signsOfLife: life.length,
  };
};
