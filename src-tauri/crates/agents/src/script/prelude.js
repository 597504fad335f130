// Runs before the script's own code and keeps what it needs to itself: nothing the script overwrites later can
// change what these functions do.
((write) => {
  const { BigInt, Error, JSON, Map, Set, WeakMap, WeakSet, WeakRef, ArrayBuffer, Promise, String } = globalThis;
  const LONGEST_LINE = 2000;
  const kinds = [
    [Map, "Map"], [Set, "Set"], [WeakMap, "WeakMap"], [WeakSet, "WeakSet"], [WeakRef, "WeakRef"],
    [ArrayBuffer, "ArrayBuffer"], [Promise, "Promise"],
  ];

  const show = (value) => {
    if (typeof value === "string") return value;
    if (typeof value === "bigint") return `${value}n`;
    if (value instanceof Error) return `${value.name}: ${value.message}`;
    try {
      return JSON.stringify(value, (_, v) => (typeof v === "bigint" ? `${v}n` : v)) ?? String(value);
    } catch {
      return String(value);
    }
  };
  const line = (level) => (...values) => {
    write(level, values.map(show).join(" ").slice(0, LONGEST_LINE).toWellFormed());
  };
  globalThis.console = {
    log: line("info"), info: line("info"), debug: line("info"), warn: line("warn"), error: line("error"),
  };

  return {
    parse: (text, mark) =>
      JSON.parse(text, (_, v) =>
        typeof v === "string" && v.startsWith(mark) ? BigInt(v.slice(mark.length)) : v),
    wellFormed: (text) => text.toWellFormed(),
    collection: (value) => kinds.find(([kind]) => value instanceof kind)?.[1],
  };
})
