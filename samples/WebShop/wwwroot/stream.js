// Listens to a stream of the shop while the page can be seen. A browser opens few connections to one host, so a page in the
// background gives its own back; what it has missed is sent when it comes to the front again.
export function listen(address, event, heard) {
  let source = null;

  function open() {
    if (source === null && !document.hidden) {
      source = new EventSource(address);
      source.addEventListener(event, message => heard(JSON.parse(message.data)));
    }
  }

  function close() {
    source?.close();
    source = null;
  }

  document.addEventListener('visibilitychange', () => document.hidden ? close() : open());
  addEventListener('pagehide', close);
  addEventListener('pageshow', open);
  open();
}
