import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootService, createLog, type RunningService } from '@tact/platform';
import { migratedDatabase } from '../../../../packages/testing/src/migrated-database.ts';
import { complianceService } from '../compliance-service.ts';

export type ComplianceUnderTest = {
  readonly service: RunningService;
  readonly url: string;
  readonly home: string;
  /** Also when a test failed on the way: nothing of it is left behind. */
  stop(): Promise<void>;
};

type Options = {
  readonly environment?: Readonly<Record<string, string>>;
  /** Takes all that the service logs. */
  readonly lines?: string[];
};

/** The embedded service on a database and in a folder of its own. */
export const bootCompliance = async ({
  environment = {},
  lines,
}: Options = {}): Promise<ComplianceUnderTest> => {
  const server = await migratedDatabase(complianceService);
  const home = await mkdtemp(join(tmpdir(), 'tact-compliance-'));
  const destination = { write: (line: string) => void lines?.push(line) };
  const service = await bootService(complianceService, {
    environment: {
      DATABASE_URL: server.url,
      TACT_HOME: home,
      TACT_MODE: 'embedded',
      ...environment,
    },
    log:
      lines === undefined
        ? createLog({ service: 'compliance', level: 'error' })
        : createLog({ service: 'compliance', level: 'info', destination }),
  });
  return {
    service,
    url: server.url,
    home,
    stop: async () => {
      await service.stop();
      await server.drop();
      await rm(home, { recursive: true, force: true });
    },
  };
};
