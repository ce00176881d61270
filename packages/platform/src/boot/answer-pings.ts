/** Answers the supervisor's question over our channel from the event loop: who cannot answer is frozen. */
export const answerPings = (): void => {
  process.on('message', (message: { readonly type?: unknown } | null) => {
    // A supervisor that is gone by now is told of by `disconnect`.
    if (message?.type === 'ping') process.send?.({ type: 'pong' }, () => undefined);
  });
};
