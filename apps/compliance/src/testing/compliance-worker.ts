import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { bootService, createLog } from '@tact/platform';
import { complianceService } from '../compliance-service.ts';

// The service as a process of its own, until it is killed or whoever started it is gone. Its code is loaded before it
// is told where to boot, so that a test waits for that once and for all of them.
process.stdin.on('end', () => process.exit(1));
const [said] = (await once(createInterface(process.stdin), 'line')) as [string];
const { url, home } = JSON.parse(said) as { readonly url: string; readonly home: string };
await bootService(complianceService, {
  environment: { DATABASE_URL: url, TACT_HOME: home, TACT_MODE: 'embedded' },
  log: createLog({ service: 'compliance', level: 'error' }),
});
process.stdout.write('ready\n');
