/* Stands between a kiosk and its network: shows what was kept when there is none, and sees to it that who has gone is wiped.
   What is kept is the same on every kiosk (/kiosk/pages.json), fetched at rest: it says nothing of who was here and what they read. */
var CACHE = 'kiosk', OWED = '/kiosk/owed', FILLED = '/kiosk/filled', AGE = 3 * 3600000, PATIENCE = 20000;

function opened() { return caches.open(CACHE); }

self.addEventListener('install', function () { self.skipWaiting(); });
self.addEventListener('activate', function (event) { event.waitUntil(self.clients.claim()); });

/* Keeping */
var filling = null;

function fresh(cache) {
  return cache.match(FILLED).then(function (found) {
    return found ? found.text().then(function (when) { return Date.now() - Number(when) < AGE; }) : false;
  });
}

function put(cache, path) {
  return cache.match(path).then(function (found) {
    /* What a sound says never changes at its address; and a fill that was broken off is gone on with. */
    var young = found && (path.indexOf('/sounds/') === 0 || Date.now() - Date.parse(found.headers.get('Date')) < AGE);
    return young || fetched(cache, path);
  });
}

function fetched(cache, path) {
  return fetch(path, {cache: 'no-store', credentials: 'same-origin', redirect: 'error', headers: {'Kiosk-Keep': '1'}}).then(function (answer) {
    /* A page that is somebody's, or has a form, is never marked so. */
    var page = answer.headers.get('Kiosk-Keep') === '1', file = /javascript|^audio/.test(answer.headers.get('Content-Type') || '');
    if (answer.status === 404) { return cache.delete(path).then(function () { return true; }); }
    /* While somebody is signed in every page is theirs: what is here stays, and is fetched at the next rest. */
    return answer.ok && (page || file) && cache.put(path, answer).then(function () { return true; });
  });
}

function fill() {
  return opened().then(function (cache) {
    return fresh(cache).then(function (is) {
      if (is) { return null; }
      var begun = Date.now();
      return fetch('/kiosk/pages.json', {cache: 'no-store', credentials: 'same-origin', redirect: 'error'}).then(function (answer) {
        return answer.json();
      }).then(function (wanted) {
        var paths = wanted.pages, whole = true;
        /* One after the other: a kiosk's line may be as slow as a telephone's. */
        return paths.reduce(function (before, path) {
          return before.then(function () { return put(cache, path); }).then(function (is) { whole = whole && Boolean(is); });
        }, Promise.resolve()).then(function () { return cache.keys(); }).then(function (requests) {
          return Promise.all(requests.map(function (request) {
            var path = new URL(request.url).pathname;
            return paths.indexOf(path) < 0 && path !== OWED && path !== FILLED ? cache.delete(request) : null;
          }));
        }).then(function () { return whole && cache.put(FILLED, new Response(String(begun))); });
      });
    });
  });
}

self.addEventListener('message', function (event) {
  if (event.data !== 'refresh') { return; }
  filling = filling || fill().catch(function () { return null; }).then(function () { filling = null; });
  event.waitUntil(filling);
});

/* Showing */
function patient(request, how) {
  /* A form is waited for: it may have arrived. */
  var answer = fetch(request, how).then(function (answer) {
    /* Somebody between here and the city answers in its place, without a way back. */
    if (answer.status >= 500) { throw new Error('no answer'); }
    return answer;
  });
  if (request.method && request.method !== 'GET') { return answer; }
  return Promise.race([answer, new Promise(function (_, fail) {
    setTimeout(function () { fail(new Error('no answer')); }, PATIENCE);
  })]);
}

function kept(request, path) {
  var language = (/^\/(?:kiosk\/)?([a-z]{2})\//.exec(path) || [])[1] || 'en';
  return opened().then(function (cache) {
    return (request.method === 'GET' ? cache.match(path) : Promise.resolve()).then(function (found) {
      return found || (request.mode === 'navigate' ? cache.match('/kiosk/' + language + '/outage') : null);
    }).then(function (found) { return found || Response.error(); });
  });
}

/* Somebody left while there was no network: before anything else is shown from there, they are signed out. */
function settled() {
  return opened().then(function (cache) {
    return cache.match(OWED).then(function (owed) {
      if (!owed) { return null; }
      return owed.text().then(function (way) {
        return patient(way, {credentials: 'same-origin', redirect: 'manual', cache: 'no-store'});
      }).then(led_to_rest).then(function () { return cache.delete(OWED); });
    });
  });
}

/* Nothing else says that somebody was signed out. */
function led_to_rest(answer) {
  if (answer.type !== 'opaqueredirect') { throw new Error('not wiped'); }
  return answer;
}

function wiped(request) {
  return patient(request).then(led_to_rest).catch(function () {
    return opened().then(function (cache) {
      return cache.put(OWED, new Response(request.url)).then(function () { return cache.match('/kiosk/'); });
    }).then(function (found) { return found || Response.error(); });
  });
}

self.addEventListener('fetch', function (event) {
  var request = event.request, url = new URL(request.url);
  if (url.origin !== self.location.origin) { return; }
  if (request.mode === 'navigate') {
    event.respondWith(url.pathname === '/kiosk/done' ? wiped(request) : settled().then(function () {
      return patient(request);
    }).catch(function () { return kept(request, url.pathname); }));
  } else if (/^\/(static|sounds)\//.test(url.pathname)) {
    event.respondWith(patient(request).catch(function () { return kept(request, url.pathname); }));
  }
});
