import { readAlerts } from './alerts.ts';
import type { Home } from '../home/home.ts';
import { isRunning } from '../home/process-identity.ts';
import { Refusal, sentenceOf } from '../terminal/refusal.ts';
import { readRunFile, type RunFile, type ServiceRun } from '../home/run-file.ts';
import { healthOn, type ServiceHealth } from '../supervisor/service-health.ts';
import { tableOf } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';

type Seen = { readonly run: ServiceRun; readonly health: ServiceHealth | undefined };

const ask = async (run: ServiceRun): Promise<Seen> => ({
  run,
  health: run.port === undefined || run.state !== 'ready' ? undefined : await healthOn(run.port),
});

const downOf = (health: ServiceHealth | undefined): string => {
  if (health === undefined) return '';
  const { checks, reasons } = health;
  const down = Object.keys(checks)
    .filter((name) => checks[name] === 'down')
    .map((name) => (reasons[name] === undefined ? name : `${name} (${reasons[name]})`));
  return down.length === 0 ? '' : `down: ${down.join(', ')}`;
};

const ageOf = (seconds: number | null | undefined): string =>
  typeof seconds === 'number' ? `${seconds.toFixed(1)} s` : '-';

const serviceRows = (seen: readonly Seen[]): string[][] =>
  seen.map(({ run, health }) => {
    const { service, state, restarts } = run;
    const status = state === 'ready' ? (health?.status ?? 'silent') : state;
    return [
      service,
      status,
      ...placeOf(run),
      String(restarts),
      ...outboxOf(health),
      downOf(health),
    ];
  });

const placeOf = ({ process, port }: Pick<ServiceRun, 'process' | 'port'>): string[] =>
  [process?.pid, port].map((number) => String(number ?? '-'));

const outboxOf = (health: ServiceHealth | undefined): string[] => [
  String(health?.relay?.depth ?? '-'),
  ageOf(health?.relay?.oldestAgeSeconds),
];

/** They have neither outbox nor consumers: their state, and how often they were started again. */
const edgeRows = ({ gateway, mail }: RunFile): string[][] =>
  Object.entries({ gateway, mail }).flatMap(([name, run]) =>
    run === undefined
      ? []
      : [[name, run.state, ...placeOf(run), String(run.restarts), '-', '-', '']],
  );

const consumerRows = (seen: readonly Seen[]): string[][] =>
  seen.flatMap(({ run, health }) =>
    (health?.consumers ?? []).map(({ group, lag, parked }) => [
      group,
      run.service,
      String(lag),
      String(parked),
    ]),
  );

/** What consumers missed, with what to do about it. */
const behindLines = (seen: readonly Seen[]): string[] =>
  seen.flatMap(({ health }) =>
    (health?.consumers ?? []).flatMap(({ group, behind }) =>
      behind === undefined
        ? []
        : ['', `${group} stands still: ${behind}`, `then: tact reset-offsets --group ${group}`],
    ),
  );

const jobRows = (seen: readonly Seen[]): string[][] =>
  seen.flatMap(({ run, health }) =>
    (health?.jobs ?? []).map(({ kind, waiting, running, parked, oldestDueSeconds }) => [
      kind,
      run.service,
      String(waiting),
      String(running),
      String(parked),
      oldestDueSeconds > 0 ? ageOf(oldestDueSeconds) : '-',
    ]),
  );

export const statusLines = (run: RunFile, seen: readonly Seen[]): string[] => {
  const consumers = consumerRows(seen);
  const jobs = jobRows(seen);
  const store = run.database === 'embedded' ? 'embedded PostgreSQL' : 'PostgreSQL at DATABASE_URL';
  const log = run.messageLog === 'kafka' ? 'Kafka' : 'the PostgreSQL log';
  const head = ['service', 'state', 'pid', 'port', 'restarts', 'outbox', 'oldest', ''];
  return [
    `tact at ${run.origin}, since ${run.startedAt}, on ${store}, messages on ${log}`,
    ...run.stores
      .filter(({ restarts }) => restarts > 0)
      .map(({ name, restarts }) => `${name} was started again ${restarts} time(s)`),
    '',
    ...tableOf(head, [...edgeRows(run), ...serviceRows(seen)]),
    ...(consumers.length === 0
      ? []
      : ['', ...tableOf(['consumer group', 'service', 'lag', 'parked'], consumers)]),
    ...behindLines(seen),
    ...(jobs.length === 0
      ? []
      : ['', ...tableOf(['jobs', 'service', 'waiting', 'running', 'parked', 'due for'], jobs)]),
    '',
    'each service answers /health/live, /health/ready, /metrics and /openapi.json on its own port',
  ];
};

/** Only who is ready is asked: what the others lack is shown above, and must not be waited for. */
const alertsLine = async (home: Home, seen: readonly Seen[]): Promise<string> => {
  const ready = seen.filter(({ health }) => health?.status === 'ready');
  try {
    const open = (
      await readAlerts(
        home,
        ready.map(({ run }) => run.service),
      )
    ).filter(({ state }) => state === 'open');
    if (open.length === 0) return 'no alert is open';
    const kinds = [...new Set(open.map(({ kind }) => kind))].join(', ');
    return `${open.length} alert(s) open: tact alerts shows them (${kinds})`;
  } catch (error) {
    return `alerts could not be read: ${sentenceOf(error)}`;
  }
};

/** `tact status`: what runs, how far consumers are behind, what waits in the outbox, what is parked. */
export const status = async (home: Home, terminal: Terminal): Promise<void> => {
  const run = readRunFile(home);
  if (run === undefined || !isRunning(run.supervisor)) {
    throw new Refusal(`Nothing runs on ${home.root}: start the platform with npm start.`);
  }
  const seen = await Promise.all(run.services.map(ask));
  for (const line of statusLines(run, seen)) terminal.line(line);
  terminal.line(await alertsLine(home, seen));
  const unwell = seen.filter(({ health }) => health?.status !== 'ready');
  if (unwell.length > 0) {
    throw new Refusal(`Not ready: ${unwell.map((one) => one.run.service).join(', ')}.`);
  }
};
