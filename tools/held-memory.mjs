// What parts of a process remember longer than a call and is no declared memory (`memoryOfPersons`, `memoryOfNobody`), by
// file and name: each with why no person lies there, or why it is over when the work is. `lint-stores.mjs` refuses others,
// and a test refuses entries that nothing needs any more.
const reasons = {
  'By names of parts of the program: as many as there are lines of code that make them.': [
    'apps/cli/src/supervisor/supervisor.ts #services',
    'apps/gateway/src/metrics/watch.ts #lines',
    'apps/gateway/src/upstreams/upstreams.ts #probing',
    'apps/gateway/src/upstreams/upstreams.ts #services',
    'packages/platform/src/boot/messaging.ts #working',
    'packages/platform/src/boot/parked-records.ts #runners',
    'packages/platform/src/boot/reactions.ts #following',
    'packages/platform/src/config/clock.ts #followers',
    'packages/platform/src/consumer/behind-consumers.ts #groups',
    'packages/platform/src/event-store/wake-up.ts #about',
    'packages/platform/src/event-store/wake-up.ts #waiters',
    'packages/platform/src/http/access/access-rules.ts #rules',
    'packages/platform/src/http/openapi/refusals.ts #components',
    'packages/platform/src/http/openapi/schemas.ts #components',
    'packages/platform/src/http/route-book.ts #entries',
    'packages/platform/src/http/strict-query.ts #free',
    'packages/platform/src/mail-outbox/mail-kind.ts #kinds',
    'packages/platform/src/observability/health.ts #details',
    'packages/platform/src/personal-data/sealing/sealer.ts pathsByType',
    'packages/platform/src/projection/read-models.ts #models',
  ],
  'By topics, partitions and processes.': [
    'packages/platform/src/log/kafka-log/kafka-log.ts #subscriptions',
    'packages/platform/src/log/kafka-log/offset-commits.ts #pending',
    'packages/platform/src/log/kafka-log/subscription.ts #inFlight',
    'packages/platform/src/log/postgres-log/living-members.ts #ids',
    'packages/platform/src/log/postgres-log/postgres-log.ts #subscriptions',
    'packages/platform/src/log/postgres-log/subscription.ts #held',
    'packages/platform/src/relay/lease.ts #checkpoints',
    'packages/platform/src/relay/lease.ts #epochs',
    'packages/platform/src/relay/relay.ts #partitions',
  ],
  'Work under way, by the ids of jobs, imports and fits; over when it is done.': [
    'apps/ingestion/src/imports/receive/receive-imports.http.ts #open',
    'apps/scoring/src/models/fits.ts #work',
    'packages/platform/src/jobs/job-runner.ts #busy',
    'packages/platform/src/jobs/job-runner.ts #running',
    'packages/platform/src/jobs/job-runner.ts #waiting',
  ],
  'Servers, connections and sockets.': [
    'apps/gateway/src/connections/connection-cap.ts #open',
    'packages/platform/src/postgres/server-watch.ts #sockets',
    'packages/platform/src/postgres/server-watch.ts watches',
  ],
  'Callers, by the address or the key they call with, while they do: no contact.': [
    'apps/gateway/src/bodies/uploads.ts #shares',
    'apps/gateway/src/bodies/uploads.ts #underWay',
    'apps/gateway/src/upstreams/authentication.ts #asked',
    'apps/gateway/src/upstreams/known-keys.ts lru-cache',
    'packages/platform/src/acts/list-looks.ts #seen',
    'packages/platform/src/http/access/caller-limits.ts #routes',
    'packages/platform/src/http/places.ts #taken',
    'packages/platform/src/postgres/fair-queue.ts #waiting',
  ],
  'By businesses, of which there are few.': [
    'packages/platform/src/observability/tenant-metrics.ts #tenants',
  ],
  'Public keys, which anybody may have.': ['packages/platform/src/signing/signing-keys.ts #known'],
  'Of one command, and gone with its transaction.': [
    'packages/platform/src/personal-data/identity/known-identities.ts #changed',
    'packages/platform/src/personal-data/identity/known-identities.ts #givenUp',
    'packages/platform/src/personal-data/identity/known-identities.ts #held',
    'packages/platform/src/personal-data/identity/known-identities.ts #owners',
    'packages/platform/src/sweep/sweep.ts #hits',
  ],
  'Random ids of contacts whose commands wait for each other, for as long as they do.': [
    'apps/outreach/src/ledger/keyed-mutex.ts #last',
  ],
  'Hashes of a chain that is being verified, in a program that ends with it.': [
    'apps/cli/src/verbs/verify/audit-check.ts hashes',
  ],
};

export const heldMemory = Object.fromEntries(
  Object.entries(reasons).flatMap(([why, places]) => places.map((place) => [place, why])),
);
