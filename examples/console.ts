// What an experiment tells on the terminal.

export const say = (text = ""): void => void process.stdout.write(`${text}\n`);

/** One line that changes, where there is a terminal to change it on. */
export const show = (text: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
};
