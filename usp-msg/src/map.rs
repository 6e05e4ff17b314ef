//! The `map<string, string>` of the USP schema, kept as an ordered list of entries.

use alloc::string::String;
use alloc::vec::{self, Vec};
use core::ops::{Deref, DerefMut};
use core::slice;

/// A map from text to text, as in `result_params`, `unique_keys` or `input_args`.
///
/// On the wire a protobuf map is a repeated field of two-field entries; this type keeps that list
/// as it is. Entries stay in the order in which they were written or received, so an encoded
/// Message is the same every time, which a hash map cannot promise.
///
/// A peer may send one key twice; protobuf says that the last one counts, so [`Map::get`] finds
/// the last one. [`Map::insert`] replaces instead of adding.
///
/// Look-up walks the list: the maps of USP are short. The list itself is reached through
/// [`Deref`], which the derived protobuf code needs.
///
/// ```
/// use usp_msg::Map;
///
/// let mut map: Map = [("Enable", "true"), ("Alias", "cpe-1")].into_iter().collect();
/// map.insert("Enable", "false");
/// assert_eq!(map.get("Enable"), Some("false"));
/// assert_eq!(map.get("Status"), None);
/// assert_eq!(map.len(), 2);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Map {
    entries: Vec<MapEntry>,
}

/// One entry of a [`Map`]: an absent key or value on the wire reads as empty text.
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct MapEntry {
    /// The key, for instance a relative path.
    #[prost(string, tag = "1")]
    pub key: String,
    /// The value, in the text form of its TR-106 data type `[R-ENC.6]`.
    #[prost(string, tag = "2")]
    pub value: String,
}

impl Map {
    /// An empty map.
    pub const fn new() -> Self {
        Self { entries: Vec::new() }
    }

    /// An empty map with room for `capacity` entries.
    pub fn with_capacity(capacity: usize) -> Self {
        Self { entries: Vec::with_capacity(capacity) }
    }

    /// The value under `key`; of several the last.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.entries.iter().rev().find(|entry| entry.key == key).map(|entry| entry.value.as_str())
    }

    /// Whether there is an entry under `key`.
    pub fn contains_key(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Puts `value` under `key` and returns the value that stood there before.
    ///
    /// A new key goes to the end. To fill a large map whose keys are known to differ, collect it
    /// from an iterator, which does not search.
    pub fn insert(&mut self, key: impl Into<String>, value: impl Into<String>) -> Option<String> {
        let (key, value) = (key.into(), value.into());
        match self.entries.iter_mut().rev().find(|entry| entry.key == key) {
            Some(entry) => Some(core::mem::replace(&mut entry.value, value)),
            None => {
                self.entries.push(MapEntry { key, value });
                None
            }
        }
    }

    /// Takes every entry under `key` out and returns the value that counted.
    pub fn remove(&mut self, key: &str) -> Option<String> {
        let mut removed = None;
        self.entries.retain_mut(|entry| {
            let hit = entry.key == key;
            if hit {
                removed = Some(core::mem::take(&mut entry.value));
            }
            !hit
        });
        removed
    }

    /// The entries as pairs, in wire order.
    pub fn iter(&self) -> MapIter<'_> {
        MapIter { entries: self.entries.iter() }
    }

    /// The keys, in wire order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.entries.iter().map(|entry| entry.key.as_str())
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

/// Iterator over the pairs of a [`Map`], made by [`Map::iter`].
#[derive(Clone, Debug)]
pub struct MapIter<'a> {
    entries: slice::Iter<'a, MapEntry>,
}

impl<'a> Iterator for MapIter<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        self.entries.next().map(MapEntry::as_pair)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.entries.size_hint()
    }
}

impl DoubleEndedIterator for MapIter<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.entries.next_back().map(MapEntry::as_pair)
    }
}

impl ExactSizeIterator for MapIter<'_> {}

impl MapEntry {
    /// An entry of `key` and `value`.
    pub fn new(key: impl Into<String>, value: impl Into<String>) -> Self {
        Self { key: key.into(), value: value.into() }
    }

    fn as_pair(&self) -> (&str, &str) {
        (&self.key, &self.value)
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Map {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        Self { entries: pairs.into_iter().map(|(key, value)| MapEntry::new(key, value)).collect() }
    }
}

impl<K: Into<String>, V: Into<String>> Extend<(K, V)> for Map {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, pairs: I) {
        self.entries.extend(pairs.into_iter().map(|(key, value)| MapEntry::new(key, value)));
    }
}

impl<K: Into<String>, V: Into<String>, const N: usize> From<[(K, V); N]> for Map {
    fn from(pairs: [(K, V); N]) -> Self {
        pairs.into_iter().collect()
    }
}

impl From<Vec<MapEntry>> for Map {
    fn from(entries: Vec<MapEntry>) -> Self {
        Self { entries }
    }
}

impl<'a> IntoIterator for &'a Map {
    type Item = &'a MapEntry;
    type IntoIter = slice::Iter<'a, MapEntry>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.iter()
    }
}

impl IntoIterator for Map {
    type Item = MapEntry;
    type IntoIter = vec::IntoIter<MapEntry>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl Deref for Map {
    type Target = Vec<MapEntry>;

    fn deref(&self) -> &Self::Target {
        &self.entries
    }
}

impl DerefMut for Map {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.entries
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeMap;
    use alloc::vec;
    use prost::Message as _;

    /// A message with a `map<string, string>` as prost-build would declare it.
    #[derive(Clone, PartialEq, prost::Message)]
    struct Plain {
        #[prost(btree_map = "string, string", tag = "4")]
        map: BTreeMap<String, String>,
    }

    /// The same message with our map.
    #[derive(Clone, PartialEq, prost::Message)]
    struct Ours {
        #[prost(message, repeated, tag = "4")]
        map: Map,
    }

    #[test]
    fn is_wire_identical_to_a_protobuf_map() {
        let pairs = [("", "empty key"), ("Alias", ""), ("Name", "eth0"), ("a", "ü")];
        let plain = Plain { map: pairs.iter().map(|(k, v)| (String::from(*k), String::from(*v))).collect() };
        let ours = Ours { map: pairs.into_iter().collect() };
        assert_eq!(ours.encode_to_vec(), plain.encode_to_vec());
        assert_eq!(Ours::decode(plain.encode_to_vec().as_slice()), Ok(ours));
    }

    #[test]
    fn of_a_key_sent_twice_the_last_counts() {
        let map: Map = [("a", "1"), ("b", "2"), ("a", "3")].into();
        assert_eq!(map.get("a"), Some("3"));
        assert_eq!(map.iter().collect::<Vec<_>>(), [("a", "1"), ("b", "2"), ("a", "3")]);
    }

    #[test]
    fn insert_replaces_and_remove_takes_all() {
        let mut map: Map = [("a", "1"), ("b", "2"), ("a", "3")].into();
        assert_eq!(map.insert("a", "4").as_deref(), Some("3"));
        assert_eq!(map.insert("c", "5"), None);
        assert_eq!(map.remove("a").as_deref(), Some("4"));
        assert_eq!(map.keys().collect::<Vec<_>>(), vec!["b", "c"]);
        assert_eq!(map.iter().next_back(), Some(("c", "5")));
        assert!(!map.contains_key("a"));
    }
}
