/**
 * What Node.js is started with for a service, by its name. A batch of events outlives two rounds of the collector where
 * the young generation is small (16 MB), and is then copied and collected as if it were old; so do the requests that
 * many callers have under way at the gateway. Ingestion has none of it: its memory has a bound. `docker-compose.yml`
 * says the same.
 */
const flags: Readonly<Record<string, readonly string[]>> = {
  gateway: ['--max-semi-space-size=32'],
  scoring: ['--max-semi-space-size=32'],
};

export const nodeFlagsOf = (service: string): readonly string[] => flags[service] ?? [];
