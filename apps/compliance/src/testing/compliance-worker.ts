import { bootService, createLog } from '@tact/platform';
import { complianceService } from '../compliance-service.ts';

// The service as a process of its own, until it is killed or whoever started it is gone.
const [, , url = '', home = ''] = process.argv;
await bootService(complianceService, {
  environment: { DATABASE_URL: url, TACT_HOME: home, TACT_MODE: 'embedded' },
  log: createLog({ service: 'compliance', level: 'error' }),
});
process.stdin.on('end', () => process.exit(1)).resume();
process.stdout.write('ready\n');
