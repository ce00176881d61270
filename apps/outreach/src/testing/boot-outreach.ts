import { bootService, createLog, type RunningService } from '@tact/platform';
import { outreachService } from '../outreach-service.ts';
import { now } from './policy-facts.ts';

/** Outreach on a database of the test's own, with its keys in a folder of the test's own. */
export const bootOutreach = (
  url: string,
  home: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<RunningService> =>
  bootService(outreachService, {
    environment: {
      DATABASE_URL: url,
      TACT_HOME: home,
      TACT_MODE: 'embedded',
      TACT_CLOCK: now,
      ...environment,
    },
    log: createLog({ service: 'outreach', level: 'error' }),
  });
