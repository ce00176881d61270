// Run by the container's health check: exit code 0 when this service answers ready.
// The plain http module, because fetch would double the cost of a probe that runs every few seconds.
import { get } from 'node:http';

const { PORT: port } = process.env;
const probe = get({ host: '127.0.0.1', port, path: '/health/ready', timeout: 3_500 });
probe.on('response', ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1));
probe.on('timeout', () => process.exit(1));
probe.on('error', () => process.exit(1));
