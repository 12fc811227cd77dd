// Every sentence the page's first script says, in one place; messages/ has them in other languages.
export const strings = {
  play: 'Play',
  auto: 'Automatic',
  soundOnly: 'Sound only',
  off: 'Off',
  choice: (rung: string, megabytes: string) => `${rung}: ${megabytes}\u00a0MB`,
  cost: (duration: string, least: string, most: string) =>
    least === most ? `${duration} long, about ${most}\u00a0MB` : `${duration} long, ${least} to ${most}\u00a0MB`,
  soundCost: (megabytes: string) => `; sound only ${megabytes}\u00a0MB`,
  used: (megabytes: string) => `${megabytes}\u00a0MB used so far`,
  picture: (height: number) => `picture ${height}p`,
  starting: 'Starting…',
  waiting: 'Waiting for the network…',
  failed: 'It does not play here. Check the connection and press Play again.',
};

export type Strings = typeof strings;
