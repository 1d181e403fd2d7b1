// Numbers, times and links as the page writes them.

const NONE = "–";

export function int(value) {
  return value === null || value === undefined ? NONE : Math.round(value).toLocaleString("en-US");
}

export function num(value, digits = 3) {
  if (value === null || value === undefined || Number.isNaN(value)) return NONE;
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 10000) return Math.round(value).toLocaleString("en-US");
  if (size < 0.001) return value.toExponential(1).replace(".0e", "e").replaceAll("-", "−");
  return value.toPrecision(digits).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "").replace("-", "−");
}

export function fixed(value, digits = 3) {
  return value === null || value === undefined ? NONE : value.toFixed(digits).replace("-", "−");
}

export function signed(value, digits = 2) {
  return value === null || value === undefined ? NONE : (value > 0 ? "+" : "") + fixed(value, digits);
}

export function percent(value) {
  return value === null || value === undefined ? NONE : (100 * value).toFixed(value > 0 && value < 0.1 ? 1 : 0) + "%";
}

export function duration(seconds) {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return NONE;
  if (seconds < 10) return seconds.toFixed(1) + " s";
  if (seconds < 120) return Math.round(seconds) + " s";
  if (seconds < 7200) return Math.floor(seconds / 60) + " min";
  if (seconds < 172800) return Math.floor(seconds / 3600) + " h " + (Math.floor(seconds / 60) % 60) + " min";
  return Math.floor(seconds / 86400) + " d " + (Math.floor(seconds / 3600) % 24) + " h";
}

export function ago(millis, now) {
  return millis ? duration(Math.max(0, (now - millis) / 1000)) + " ago" : "never";
}

export function time(value) {
  if (!value) return NONE;
  const at = new Date(value);
  const two = (n) => String(n).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

export function bytes(value) {
  if (value === null || value === undefined) return NONE;
  const units = ["B", "KiB", "MiB", "GiB"];
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return (unit === 0 ? value : value.toFixed(1)) + " " + units[unit];
}

export function href(run, view, ...rest) {
  return "#/" + [run, view, ...rest].map(encodeURIComponent).join("/");
}
