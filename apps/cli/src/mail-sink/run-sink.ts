import { Mailbox } from './mailbox.ts';
import { servePages } from './http.ts';
import { listenForMail } from './smtp.ts';

const preferredPort = (env: NodeJS.ProcessEnv): number => {
  const port = Number(env['PORT'] || '0');
  return Number.isInteger(port) && port >= 0 && port <= 65_535 ? port : 0;
};

/**
 * The whole of the mail sink's `main`. It runs under the launcher of the embedded platform alone: without its channel,
 * or anywhere else, it refuses to start with one sentence and exit code 1.
 */
export const runSink = async (): Promise<void> => {
  const { env } = process;
  if (process.send === undefined || env['TACT_MODE'] !== 'embedded') {
    process.stderr.write('The mail sink is a part of the embedded platform: npm start.\n');
    process.exit(1);
  }
  process.once('disconnect', () => process.exit(0));
  process.on('message', (message: { readonly type?: unknown } | null) => {
    if (message?.type === 'ping') process.send?.({ type: 'pong' }, () => undefined);
  });
  const mailbox = new Mailbox();
  const smtp = await listenForMail(mailbox, preferredPort(env));
  const { origin } = await servePages(mailbox);
  process.on('SIGTERM', () => process.exit(0));
  process.on('SIGINT', () => process.exit(0));
  process.send({ type: 'ready', port: smtp.port, origin });
};
