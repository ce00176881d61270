const SEED = 0x9747b28c;
const M = 0x5bd1e995;
const R = 24;

/** 32 bit murmur2 of the key's UTF-8 bytes, with the seed of Kafka's default partitioner. */
export const murmur2 = (key: string): number => {
  const bytes = Buffer.from(key);
  const tail = bytes.length & ~3;
  let hash = SEED ^ bytes.length;
  for (let at = 0; at < tail; at += 4) {
    let word = Math.imul(bytes.readInt32LE(at), M);
    word = Math.imul(word ^ (word >>> R), M);
    hash = Math.imul(hash, M) ^ word;
  }
  for (let at = bytes.length - 1; at >= tail; at -= 1) {
    hash ^= (bytes[at] ?? 0) << (8 * (at - tail));
    if (at === tail) hash = Math.imul(hash, M);
  }
  hash = Math.imul(hash ^ (hash >>> 13), M);
  return hash ^ (hash >>> 15);
};

/** The partition every Kafka client gives the key: records of one contact stay in order on any adapter. */
export const partitionOf = (key: string, partitions: number): number => {
  return (murmur2(key) & 0x7fffffff) % partitions;
};
