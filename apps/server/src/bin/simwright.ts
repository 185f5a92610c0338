/**
 * `npx simwright <command> …`: the commands of this folder that people run by name. Each is a file, and reads the rest of the
 * arguments as if it had been started itself.
 */
const commands: Record<string, () => Promise<unknown>> = {
  import: () => import('./import.ts'),
};

const [name = '', ...rest] = process.argv.slice(2);
const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
if (command) {
  process.argv = [...process.argv.slice(0, 2), ...rest];
  await command();
} else {
  console.error(`Say what: npx simwright ${Object.keys(commands).join('|')} …`);
  process.exitCode = 2;
}
