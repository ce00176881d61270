import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { smuggledPath, type RawCase } from './raw-case.ts';

/** What the table runs against. */
export type RawTarget = {
  readonly port: number;
  /** `METHOD path` of all that arrived since it was last asked; absent where nobody can listen in. */
  readonly received?: () => readonly string[];
  /** Asks as somebody else, over the connections behind the target. What was wrong with the answer, or undefined. */
  readonly neighbour: () => Promise<string | undefined>;
  /** A service reads what is sent to it alone; the gateway has to refuse what another reader may read differently. */
  readonly isGateway: boolean;
};

export type RawOutcome = {
  readonly name: string;
  readonly status: number;
  readonly received: readonly string[];
  /** Somebody got or did what was not theirs. */
  readonly breach: string | undefined;
  /** No breach, but not the answer that was asked for. */
  readonly difference: string | undefined;
};

const ANSWER_MS_MAX = 2_000;
const BETWEEN_PIECES_MS = 10;

const statusesIn = (text: string): number[] =>
  [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));

type Said = { readonly statuses: number[]; readonly closed: boolean; readonly socket: Socket };

/** Sends the bytes and reads until all answers are there, or the connection ends. */
const say = async (
  { port, isGateway }: RawTarget,
  { bytes, requests, closes }: RawCase,
): Promise<Said> => {
  const socket = connect(port, '127.0.0.1');
  socket.setEncoding('latin1').on('error', () => {});
  let text = '';
  let closed = false;
  const over = Promise.withResolvers<void>();
  const expected = Math.max(1, requests?.length ?? 1);
  const look = (): void => {
    // A service asks for the body it was announced; nobody sends it here.
    const least = isGateway ? 200 : 100;
    const answers = statusesIn(text).filter((status) => status >= least).length;
    if (closed || (!(isGateway && closes) && answers >= expected)) over.resolve();
  };
  socket.on('data', (piece: string) => {
    text += piece;
    look();
  });
  socket.on('close', () => {
    closed = true;
    look();
  });
  for (const [nth, piece] of bytes.entries()) {
    if (nth > 0) await sleep(BETWEEN_PIECES_MS);
    socket.write(piece, 'latin1');
  }
  await Promise.race([over.promise, sleep(ANSWER_MS_MAX, undefined, { ref: false })]);
  return { statuses: statusesIn(text), closed, socket };
};

/** The first line as it was sent: all that a service may hear of a message that the gateway would refuse. */
const firstOf = ({ bytes }: RawCase): string => {
  const [method, target] = (bytes[0] ?? '').split(/\r?\n/, 1)[0]?.split(/[ \t]+/) ?? [];
  return `${method} ${target}`;
};

const isStartOf = (received: readonly string[], sent: readonly string[]): boolean =>
  received.length <= sent.length && received.every((one, nth) => one === sent[nth]);

const breachIn = (one: RawCase, received: readonly string[]): string | undefined => {
  if (received.some((line) => line.endsWith(smuggledPath))) return 'a smuggled request was heard';
  const sent = one.requests ?? [firstOf(one)];
  if (isStartOf(received, sent)) return undefined;
  return `heard ${received.join(' + ')} of ${sent.join(' + ')}`;
};

const differenceIn = (
  one: RawCase,
  { statuses: [status = 0], closed }: Said,
  received: readonly string[] | undefined,
): string | undefined => {
  const expected = [one.status].flat();
  if (!expected.includes(status)) return `answered ${status} instead of ${expected.join(' or ')}`;
  if (one.closes && !closed) return 'the connection was not closed';
  return received && miscountIn(one, status, received.length);
};

/** A refused request need not reach the service; one that was taken must, and no other may. */
const miscountIn = (
  { requests = [] }: RawCase,
  status: number,
  received: number,
): string | undefined => {
  if (received > requests.length) return 'passed on';
  if (status < 400 && received < requests.length) return `heard ${received} of ${requests.length}`;
  return undefined;
};

/** One row of the table against one target. */
export const runCase = async (one: RawCase, target: RawTarget): Promise<RawOutcome> => {
  target.received?.();
  const said = await say(target, one);
  const wrong = await target.neighbour();
  const received = target.received?.();
  said.socket.destroy();
  const strange = wrong === undefined ? undefined : `the neighbour ${wrong}`;
  return {
    name: one.name,
    status: said.statuses[0] ?? 0,
    received: received ?? [],
    breach: strange ?? (received && breachIn(one, received)),
    difference: target.isGateway ? differenceIn(one, said, received) : undefined,
  };
};

export const tableOf = (outcomes: readonly RawOutcome[]): string => {
  const lines = outcomes.map(({ name, status, received, breach, difference }) => {
    const verdict = breach === undefined ? (difference ? 'differs' : 'held') : 'BREACH';
    return [
      verdict.padEnd(8),
      String(status).padEnd(4),
      name,
      breach ?? difference ?? '',
      received.join(' + ').slice(0, 100),
    ]
      .filter((cell) => cell !== '')
      .join(' | ');
  });
  const breaches = outcomes.filter(({ breach }) => breach !== undefined).length;
  const differing = outcomes.filter((one) => one.breach === undefined && one.difference).length;
  const closing = `${outcomes.length} cases: ${breaches} breaches, ${differing} answered otherwise, ${outcomes.length - breaches - differing} held`;
  return [...lines, closing].join('\n');
};
