/* What is kept on the device: rows that all look alike, each encrypted under the key that a passphrase opens. */
D.DRAFT_LIFE = 24 * 3600 * 1000;

D.database = function () {
  if (!D.opened) {
    D.opened = new Promise(function (resolve, reject) {
      var asked = indexedDB.open('delegate', 1);
      asked.onupgradeneeded = function () {
        ['keys', 'rows', 'leases'].forEach(function (name) { asked.result.createObjectStore(name, {keyPath: 'id'}); });
      };
      asked.onsuccess = function () { resolve(asked.result); };
      asked.onerror = function () { D.opened = null; reject(asked.error); };
    });
  }
  return D.opened;
};

D.within = async function (stores, mode, act) {
  /* One transaction: all of it is on the disk when this returns, or nothing. */
  var database = await D.database();
  return new Promise(function (resolve, reject) {
    var result, transaction = database.transaction(stores, mode, {durability: 'strict'});
    transaction.oncomplete = function () { resolve(result); };
    transaction.onabort = transaction.onerror = function () { reject(transaction.error || new Error('not kept')); };
    act(transaction, function (value) { result = value; });
  });
};

D.read = function (store, id) {
  return D.within([store], 'readonly', function (transaction, give) {
    var asked = id === undefined ? transaction.objectStore(store).getAll() : transaction.objectStore(store).get(id);
    asked.onsuccess = function () { give(asked.result); };
  });
};

D.write = function (rows, gone, keys) {
  return D.within(keys ? ['rows', 'keys'] : ['rows'], 'readwrite', function (transaction) {
    rows.forEach(function (row) { transaction.objectStore('rows').put(row); });
    (gone || []).forEach(function (id) { transaction.objectStore('rows').delete(id); });
    if (keys) { transaction.objectStore('keys').put(keys); }
  });
};

D.row = async function (key, thing) {
  var boxed = await D.box(key, D.utf8(JSON.stringify(thing)));
  return {id: thing.id, until: thing.until || 0, iv: boxed.iv, box: boxed.box};
};

D.unrow = async function (key, row) {
  var plain = row ? await D.unbox(key, row) : null;
  return plain ? JSON.parse(new TextDecoder().decode(plain)) : null;
};

D.sweep = async function () {
  /* What was not finished within a day goes, whether or not anybody types the passphrase. */
  var rows = await D.read('rows'), now = Date.now();
  var gone = rows.filter(function (row) { return row.until && row.until < now; }).map(function (row) { return row.id; });
  if (gone.length) { await D.write([], gone); }
  return gone.length;
};

D.refresh = async function () {
  /* Everything that this passphrase opens, as it is now: another window may have changed it. */
  var space = D.space;
  if (!space) { return; }
  await D.sweep();
  var found = await Promise.all((await D.read('rows')).map(function (row) { return D.unrow(space.key, row); }));
  if (D.space !== space) { return; }
  space.things = found.filter(function (thing) { return thing !== null; });
  space.device = space.things.find(function (thing) { return thing.kind === 'device'; }) || space.device;
};

D.things = function (kind) {
  return D.space ? D.space.things.filter(function (thing) { return thing.kind === kind; }) : [];
};

D.keep = async function (thing) {
  var space = D.space;
  if (!space) { return; }
  await D.write([await D.row(space.key, thing)]);
  space.things = space.things.filter(function (other) { return other.id !== thing.id; }).concat([thing]);
};

D.forget = async function (id) {
  await D.write([], [id]);
  if (D.space) { D.space.things = D.space.things.filter(function (other) { return other.id !== id; }); }
};

D.change = function (act, also) {
  /* Changes the device's own row as it stands on the disk; `also` gives rows and identifiers that go with it, in one transaction. */
  return D.alone('device', async function () {
    var space = D.space, device = await D.unrow(space.key, await D.read('rows', space.device.id));
    var result = await act(device), more = also ? await also(device, result) : {}, rows = [];
    for (var thing of [device].concat(more.things || [])) { rows.push(await D.row(space.key, thing)); }
    await D.write(rows, more.gone);
    await D.refresh();
    return result;
  });
};

/* One window at a time. */

D.alone = async function (name, act, only) {
  /* `only`: when somebody else is at it, nothing is done, and the answer is undefined. */
  if (navigator.locks) {
    return navigator.locks.request('delegate ' + name, {ifAvailable: !!only}, function (lock) { return lock ? act() : undefined; });
  }
  var holder = D.uuid();
  while (!await D.lease(name, holder)) {
    if (only) { return undefined; }
    await new Promise(function (resolve) { setTimeout(resolve, 100); });
  }
  var beat = setInterval(function () { D.lease(name, holder); }, 5000);
  try {
    return await act();
  } finally {
    clearInterval(beat);
    await D.lease(name, holder, true);
  }
};

D.lease = function (name, holder, end) {
  return D.within(['leases'], 'readwrite', function (transaction, give) {
    var leases = transaction.objectStore('leases'), asked = leases.get(name);
    asked.onsuccess = function () {
      var free = !asked.result || asked.result.holder === holder || asked.result.until < Date.now();
      if (free && end) { leases.delete(name); } else if (free) { leases.put({id: name, holder: holder, until: Date.now() + 20000}); }
      give(free);
    };
  });
};
