/**
 * What Node.js is started with for a service. A batch of events outlives two rounds of the collector where the young
 * generation is small (16 MB), and is then copied and collected as if it were old. The image of the services
 * (`infra/docker/Dockerfile`) says the same.
 */
export const serviceNodeFlags: readonly string[] = ['--max-semi-space-size=32'];
