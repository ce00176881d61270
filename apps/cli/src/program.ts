import { Command } from 'commander';
import { sentenceOf } from './refusal.ts';
import { serveGateway } from './serve-gateway.ts';
import { portFrom, start } from './start.ts';
import { terminalOn } from './terminal.ts';

const env = process.env;

/** The verbs of `tact`, one file each. */
export const program = (): Command => {
  const terminal = terminalOn(process.stdout);
  const tact = new Command('tact').description('Run and use Tact on this machine.');
  tact
    .command('start')
    .description('run the platform: stores, four services, one origin')
    .option('--kafka', 'carry the messages on Apache Kafka (needs Java)', false)
    .option('--reset', 'empty the data folder first', false)
    .option('--port <port>', 'port of the origin, 0 for any free one (default: PORT or 8080)')
    .action((options: { kafka: boolean; reset: boolean; port?: string }) =>
      start({ ...options, port: portFrom(options.port, env) }, { env, terminal }),
    );
  tact
    .command('gateway')
    .description('only the one origin, in front of services that run elsewhere')
    .option('--port <port>', 'port to listen on (default: PORT or 8080)')
    .action((options: { port?: string }) =>
      serveGateway(portFrom(options.port, env), { env, terminal }),
    );
  return tact;
};

/** Runs the command line; an error is one sentence and exit code 1. */
export const run = async (argv: readonly string[]): Promise<never> => {
  // A reader that went away (`tact start | head`) must not end the supervisor before its services.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  try {
    await program().parseAsync(argv);
    return process.exit();
  } catch (error) {
    process.stderr.write(`tact: ${sentenceOf(error)}\n`);
    if (env['TACT_DEBUG']) process.stderr.write(`${String((error as Error).stack ?? error)}\n`);
    return process.exit(1);
  }
};
