// Run by the container's health check: exit code 0 when this service answers ready.
const answer = await fetch(`http://127.0.0.1:${process.env.PORT}/health/ready`, {
  signal: AbortSignal.timeout(3_500),
}).catch(() => undefined);
process.exit(answer?.ok ? 0 : 1);
