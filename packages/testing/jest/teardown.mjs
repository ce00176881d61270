import { leave } from './runs.mjs';

export default async function teardown() {
  await leave(process.pid);
}
