import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Home } from '../home/home.ts';
import { Refusal } from '../terminal/refusal.ts';
import { SupervisedService } from './supervised-service.ts';

type SinkOptions = {
  readonly home: Home;
  readonly env: NodeJS.ProcessEnv;
  readonly warn: (text: string) => void;
  readonly changed: () => void;
};

const operator = 'operator@tact.localhost';

/** What the services are told so that their mails end in the sink. The caller's own settings win. */
export const mailEnv = (sinkPort: number | undefined, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  sinkPort === undefined
    ? {}
    : {
        SMTP_URL: `smtp://127.0.0.1:${sinkPort}`,
        MAIL_FROM: env['MAIL_FROM'] || 'tact@tact.localhost',
        ALERT_MAIL_TO: env['ALERT_MAIL_TO'] || operator,
      };

/** The process that takes the embedded platform's mails, on one SMTP port over all its restarts. */
export const supervisedSink = ({ home, env, warn, changed }: SinkOptions): SupervisedService => {
  const entry = fileURLToPath(new URL('../../dist/mail-sink/main.js', import.meta.url));
  if (!existsSync(entry)) throw new Refusal('The mail sink is not built: run npm start.');
  return new SupervisedService({
    service: 'mail',
    entry,
    warn,
    changed,
    keepsPort: true,
    env: () => ({ ...env, PORT: '0', TACT_MODE: 'embedded' }),
    logFile: join(home.logs, 'mail.log'),
  });
};
