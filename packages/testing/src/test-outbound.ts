import { AddressPolicy, createLog, Metrics, Outbound } from '@tact/platform';

/** What a service calls other systems with, allowed to reach this machine. Nobody reads what it logs. */
export const testOutbound = () => {
  const policy = new AddressPolicy({ loopback: true });
  const outbound = new Outbound({
    policy,
    log: createLog({ service: 'test', level: 'silent' }),
    metrics: new Metrics('test', { process: false }),
  });
  return { outbound, policy };
};
