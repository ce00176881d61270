import { openMailStage } from './mail-stage.ts';

// A process that sends what is due and is killed by its parent in the middle of it.
const [, , url = '', folder = '', smtpPort = '0'] = process.argv;
const stage = await openMailStage({
  url,
  folder,
  smtpPort: () => Number(smtpPort),
  kind: { name: 'news', mayStillLeave: () => Promise.resolve(true) },
});
stage.runner.start();
