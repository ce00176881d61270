import { runSink } from './run-sink.ts';

await runSink();
