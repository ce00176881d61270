import { Command } from 'commander';
import { alerts } from './verbs/alerts.ts';
import { addAudit } from './verbs/audit/add-audit.ts';
import { addBackup } from './verbs/backup/add-backup.ts';
import { credentialsIn } from './home/demo-credentials.ts';
import { demo, demoPopulation, nowOf } from './verbs/demo/demo.ts';
import { languageOf } from './verbs/demo/texts.ts';
import { homeAt } from './home/home.ts';
import { createKey, type CreateKeyOptions } from './verbs/keys/create-key.ts';
import { listKeys } from './verbs/keys/list-keys.ts';
import { addProposals } from './verbs/proposals/add-proposals.ts';
import { addPeople } from './verbs/staff/add-people.ts';
import { revokeKey } from './verbs/keys/revoke-key.ts';
import { rotateKey } from './verbs/keys/rotate-key.ts';
import { addImport } from './verbs/import/add-import.ts';
import { addClock } from './verbs/clock/add-clock.ts';
import { addMail } from './verbs/mail/add-mail.ts';
import { addTenants } from './verbs/tenants/add-tenants.ts';
import { addModels } from './verbs/models/add-models.ts';
import { parked, redrive } from './verbs/redrive.ts';
import { resetOffsets } from './verbs/reset-offsets.ts';
import { listProjections, rebuild } from './verbs/rebuild.ts';
import { linesOf } from './terminal/refusal.ts';
import { seed } from './verbs/seed.ts';
import { send } from './verbs/send.ts';
import { portFrom, start, type Running } from './verbs/start.ts';
import { status } from './verbs/status.ts';
import { addVerify } from './verbs/verify/add-verify.ts';
import { addStores } from './verbs/stores/add-stores.ts';
import { sweep, type SweepOptions } from './verbs/sweep/sweep.ts';
import { TactClient } from '@tact/client';
import { printable, terminalOn, type Terminal } from './terminal/terminal.ts';

const env = process.env;

type StartFlags = {
  kafka: boolean;
  reset: boolean;
  yes: boolean;
  newKey: boolean;
  demo: boolean;
  port?: string;
};

const showDemo =
  (terminal: Terminal) =>
  (running: Running): Promise<void> => {
    const [wabaId = ''] = running.credentials.whatsapp.wabaIds;
    const population = demoPopulation(wabaId, nowOf(env));
    return demo(population, running, { terminal, language: languageOf(env) });
  };

/** The verbs of `tact`, one file each. */
export const program = (): Command => {
  const terminal = terminalOn(process.stdout);
  const tact = new Command('tact').description('Run and use Tact on this machine.');
  tact
    .command('start')
    .description('run the platform: stores, four services, one origin')
    .option('--kafka', 'carry the messages on Apache Kafka (needs Java)', false)
    .option('--demo', 'feed a simulated population, then show whom the platform suspects', false)
    .option('--reset', 'empty the data folder first: says what that deletes, and asks', false)
    .option('--yes', 'with --reset: do not ask', false)
    .option('--new-key', 'draw a new first API key and revoke the old one', false)
    .option('--port <port>', 'port of the origin, 0 for any free one (default: PORT or 8080)')
    .action(({ port, demo: isDemo, ...options }: StartFlags) =>
      start(
        { ...options, port: portFrom(port, env), ...(isDemo ? { then: showDemo(terminal) } : {}) },
        { env, terminal },
      ),
    );
  tact
    .command('status')
    .description('services, consumer lag, outbox, jobs, what is parked')
    .action(() => status(homeAt(env['TACT_HOME']), terminal));
  tact
    .command('alerts')
    .description('what a person must look at, since when, and what to do')
    .action(() => alerts(homeAt(env['TACT_HOME']), terminal));
  tact
    .command('parked')
    .description('records and jobs that could not be handled, by key, with the reason')
    .action(() => parked(homeAt(env['TACT_HOME']), terminal));
  tact
    .command('redrive')
    .description('handle the parked records or jobs of a key again, in their order')
    .requiredOption('--group <group>', 'the consumer group, or jobs:<kind>')
    .requiredOption('--key <key>', 'the key as tact parked shows it')
    .action((options: { group: string; key: string }) =>
      redrive(homeAt(env['TACT_HOME']), options, terminal),
    );
  tact
    .command('reset-offsets')
    .description('have a consumer that missed records go on with what the log still holds')
    .requiredOption('--group <group>', 'the consumer group, as tact status shows it')
    .action((options: { group: string }) =>
      resetOffsets(homeAt(env['TACT_HOME']), options, terminal),
    );
  tact
    .command('rebuild')
    .description('build a read model anew beside the one that answers; without names, list them')
    .argument('[service]')
    .argument('[projection]')
    .option('--watch', 'follow it to its end', false)
    .action(
      (service: string | undefined, projection: string | undefined, options: { watch: boolean }) =>
        service === undefined || projection === undefined
          ? listProjections(homeAt(env['TACT_HOME']), terminal)
          : rebuild(homeAt(env['TACT_HOME']), { ...options, service, projection }, terminal),
    );
  const running = () => ({
    api: new TactClient(credentialsIn(homeAt(env['TACT_HOME']))),
    terminal,
  });
  tact
    .command('seed')
    .description('post the WhatsApp corpus, signed, and compare the answers')
    .requiredOption('--fixtures [folder]', 'the corpus (default: the one of this repository)')
    .action((options: { fixtures: string | true }) => seed(options.fixtures, running()));
  const keys = tact.command('keys').description('API keys of the tenant');
  keys
    .command('create')
    .description('make a key and show it, this once')
    .requiredOption('--label <label>', "what it is for, never a person's name")
    .requiredOption('--scopes <scopes>', 'what it may do, e.g. contacts:write,scores:read')
    .option('--expires <instant>', 'when it ends, e.g. 2027-06-30T00:00:00Z')
    .action((options: CreateKeyOptions) => createKey(options, running()));
  keys
    .command('list')
    .description('every key with its scopes, its state and its last use')
    .action(() => listKeys(running()));
  keys
    .command('rotate')
    .description('give a key a successor; the old one works on for a while')
    .argument('[keyId]', 'the key (default: the one of credentials.json)')
    .option('--overlap <seconds>', 'how long the old key still works', '86400')
    .action((keyId: string | undefined, { overlap }: { overlap: string }) =>
      rotateKey({ keyId, overlap }, { ...running(), home: homeAt(env['TACT_HOME']) }),
    );
  keys
    .command('revoke')
    .description('end a key at once')
    .argument('<keyId>')
    .option('--force', 'also the last key that could make another', false)
    .action((keyId: string, { force }: { force: boolean }) =>
      revokeKey({ keyId, force }, running()),
    );
  addTenants(tact, running);
  addPeople(tact, running);
  addProposals(tact, running);
  addModels(tact, running);
  addAudit(tact, running);
  addClock(tact, () => ({ home: homeAt(env['TACT_HOME']), terminal }));
  addMail(tact, () => ({ home: homeAt(env['TACT_HOME']), terminal }));
  addStores(tact, () => ({ home: homeAt(env['TACT_HOME']), terminal }));
  addVerify(tact, () => ({ home: homeAt(env['TACT_HOME']), terminal }));
  addBackup(tact, () => ({ home: homeAt(env['TACT_HOME']), env, terminal }));
  tact
    .command('sweep')
    .description("look for a person's traces in every table, topic, file and page")
    .option('--canary', 'first prove that a planted person is found everywhere', false)
    .option('--corpus [folder]', 'look for everybody in the WhatsApp corpus')
    .option('--identities <file>', 'look for the identities of a file, one JSON object a line')
    .action((options: SweepOptions) =>
      sweep(options, { home: homeAt(env['TACT_HOME']), terminal }),
    );
  tact
    .command('send')
    .description('sign the bytes of a file and post them as a WhatsApp webhook')
    .argument('<file>')
    .action((file: string) => send(file, running()));
  addImport(tact, terminal, running);
  return tact;
};

/** What was written to a pipe is on its way until it says so: an exit before would cut it at what the pipe holds. */
const written = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => {
    // A reader that went away takes nothing any more.
    if (stream.destroyed || !stream.writable) resolve();
    else stream.write('', () => resolve());
  });

const exit = async (code = process.exitCode): Promise<never> => {
  // Whatever ends the process meanwhile, as the end of its own database does, ends it with this code.
  process.exitCode = code;
  await Promise.all([process.stdout, process.stderr].map(written));
  return process.exit(code);
};

/** Runs the command line; an error is one sentence and exit code 1. */
export const run = async (argv: readonly string[]): Promise<never> => {
  // A reader that went away (`tact start | head`) must not end the supervisor before its services.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  try {
    await program().parseAsync(argv);
    return await exit();
  } catch (error) {
    const [sentence, ...details] = linesOf(error);
    process.stderr.write(`tact: ${sentence}\n`);
    for (const detail of details) process.stderr.write(`  ${printable(detail)}\n`);
    if (env['TACT_DEBUG']) process.stderr.write(`${String((error as Error).stack ?? error)}\n`);
    return await exit(1);
  }
};
