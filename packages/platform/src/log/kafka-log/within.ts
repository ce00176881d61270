/** Waits for `work` no longer than `msMax`; kafkajs can wait for ever for a broker that is gone. True when it ended. */
export const within = async (work: Promise<unknown>, msMax: number): Promise<boolean> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, msMax, false);
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
};
