/**
 * What the phone keeps through reloads and dead spots: the day as it was read last, what is still
 * to be sent, what is half filled in. All of it lies in one database of the browser.
 */

/** @typedef {import("./shapes.js").Item} Item */
/** @typedef {import("./shapes.js").Draft} Draft */

const NAME = "dispatch-field";
const STORES = /** @type {const} */ (["kept", "outbox", "drafts"]);

/** The browser's database. */
export class Keeping {
  /** @param {IDBDatabase} database */
  constructor(database) {
    this.database = database;
    // A page of a newer version must be able to change the database.
    database.onversionchange = () => database.close();
  }

  /** @returns {Promise<Keeping>} fails where the browser keeps nothing */
  static async open() {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("kept");
      asked.result.createObjectStore("outbox", { keyPath: "number", autoIncrement: true });
      asked.result.createObjectStore("drafts", { keyPath: "visit" });
    };
    return new Keeping(await answered(asked));
  }

  /**
   * @param {string} name
   * @returns {Promise<any>} undefined when nothing was kept
   */
  async read(name) {
    return answered(this.#store("kept", "readonly").get(name));
  }

  /** @param {string} name @param {unknown} value */
  async keep(name, value) {
    await answered(this.#store("kept", "readwrite").put(value, name));
  }

  /** @returns {Promise<Item[]>} everything not sent, in order */
  async items() {
    return answered(this.#store("outbox", "readonly").getAll());
  }

  /**
   * Put things into the outbox, all or none. Reports get the device's next numbers in the same
   * transaction, so that no two of them share one.
   *
   * @param {Omit<Item, "number">[]} items
   * @param {string} fresh id of the device, should it have none yet
   */
  async add(items, fresh) {
    const transaction = this.database.transaction(["kept", "outbox"], "readwrite", { durability: "strict" });
    const kept = transaction.objectStore("kept");
    const device = (await answered(kept.get("device"))) ?? { id: fresh, seq: 0 };
    for (const item of items) {
      if (item.kind === "event") {
        device.seq += 1;
        item.body = { ...item.body, device_id: device.id, seq: device.seq };
      }
      transaction.objectStore("outbox").add(item);
    }
    kept.put(device, "device");
    await done(transaction);
  }

  /** @param {Item} item */
  async change(item) {
    await answered(this.#store("outbox", "readwrite").put(item));
  }

  /** @param {number} number */
  async remove(number) {
    await answered(this.#store("outbox", "readwrite").delete(number));
  }

  /** @param {string} visit @returns {Promise<Draft>} an empty one where nothing was begun */
  async draft(visit) {
    return (await answered(this.#store("drafts", "readonly").get(visit))) ?? { visit, checklist: {} };
  }

  /** @param {Draft} draft */
  async keepDraft(draft) {
    await answered(this.#store("drafts", "readwrite").put(draft));
  }

  /** @param {string} visit */
  async dropDraft(visit) {
    await answered(this.#store("drafts", "readwrite").delete(visit));
  }

  /** Forget the day and who was here; what is not sent stays, and is its owner's. */
  async forget() {
    const transaction = this.database.transaction(["kept", "drafts"], "readwrite");
    for (const name of ["day", "identity"]) transaction.objectStore("kept").delete(name);
    transaction.objectStore("drafts").clear();
    await done(transaction);
  }

  /** @param {typeof STORES[number]} name @param {IDBTransactionMode} mode */
  #store(name, mode) {
    return this.database.transaction(name, mode).objectStore(name);
  }
}

/**
 * @template T
 * @param {IDBRequest<T>} asked
 * @returns {Promise<T>}
 */
function answered(asked) {
  return new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

/** @param {IDBTransaction} transaction @returns {Promise<void>} */
function done(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
}
