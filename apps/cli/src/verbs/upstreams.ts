import type { ServiceName } from '@tact/contracts';
import { credentialsIn } from '../home/demo-credentials.ts';
import type { Home } from '../home/home.ts';
import { isRunning } from '../home/process-identity.ts';
import { Refusal } from '../terminal/refusal.ts';
import { readRunFile } from '../home/run-file.ts';
import { TactClient } from '@tact/client';

export type Upstream = { readonly service: ServiceName; readonly api: TactClient };

/** The running services, each called on its own port: the gateway passes operations of this kind to nobody. */
export const upstreamsOf = (home: Home): Upstream[] => {
  const run = readRunFile(home);
  if (run === undefined || !isRunning(run.supervisor)) {
    throw new Refusal(`Nothing runs on ${home.root}: start the platform with npm start.`);
  }
  const credentials = credentialsIn(home);
  return run.services.flatMap(({ service, port }) =>
    port === undefined
      ? []
      : [{ service, api: new TactClient({ ...credentials, origin: `http://127.0.0.1:${port}` }) }],
  );
};
