//! Random roles for random schemas: what may be read is read, what may be done is done, and the rest is as if it did
//! not exist.

use alloc::collections::BTreeSet;
use alloc::sync::Arc;

use proptest::prelude::*;
use usp_datamodel::{Permission, Permissions, Requester, Rights, Role};
use usp_msg::Operate;
use usp_msg::operate_resp::operation_result::OperationResp::ReqOutputArgs;
use usp_msg::response::RespType;

use crate::common::Bench;
use crate::reference::{Values, World, table_of};
use crate::requests::{self, End, PathChoice, text};
use crate::rights::{Kind, Reference};
use crate::schema::{self, Table, chain, names, tables};
use crate::{empty, process, values};

/// Order, Targets and the four rights of a Permission.
type PermissionChoice = (u32, Vec<PathChoice>, [Rights; 4]);

fn roles() -> impl Strategy<Value = Vec<Vec<PermissionChoice>>> {
    let some = prop::sample::select(vec!["----", "r---", "rw--", "rwx-", "-w--", "rwxn", "--x-"]);
    let rights = some.prop_map(|text| text.parse::<Rights>().unwrap());
    let targets = prop::collection::vec(requests::path().prop_map(PathChoice::without_search), 1..3);
    // Often there is nothing that may be known of.
    let rights = prop_oneof![3 => prop::array::uniform4(rights), 1 => Just([Rights::NONE; 4])];
    let permission = (0..6_u32, targets, rights);
    prop::collection::vec(prop::collection::vec(permission, 0..5), 1..3)
}

/// The roles by the paths of a schema. The first sees and does everything but what its Permissions say.
fn built(tables: &[Table], choices: &[Vec<PermissionChoice>]) -> Vec<Role> {
    let permission = |(order, targets, [param, obj, instantiated_obj, command_event]): &PermissionChoice| {
        let targets = targets.iter().map(|target| text(tables, target, End::Any).0).collect();
        Permission {
            order: *order,
            targets,
            param: *param,
            obj: *obj,
            instantiated_obj: *instantiated_obj,
            command_event: *command_event,
        }
    };
    let mut roles: Vec<Role> = choices
        .iter()
        .map(|role| Role { permissions: role.iter().map(permission).collect(), is_secured: false })
        .collect();
    let everything = Permission {
        targets: vec!["R.".into()],
        param: Rights::ALL,
        obj: Rights::ALL,
        instantiated_obj: Rights::ALL,
        command_event: Rights::ALL,
        ..Permission::default()
    };
    roles[0].permissions.insert(0, everything);
    roles
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    /// [R-SEC.1] [R-GET.1] [R-GIN.1] of what there is, exactly that is read, changed and run which may be.
    #[test]
    fn roles_decide_over_any_schema(
        tables in tables(),
        requests in prop::collection::vec((requests::request(), any::<u8>()), 1..25),
        choices in roles(),
        value in any::<u8>(),
    ) {
        let mut bench = empty(&tables);
        let mut world = World::new(&tables);
        for (request, first) in &requests {
            process(&mut bench, &mut world, &tables, request, *first)?;
        }
        let roles = built(&tables, &choices);
        let all = world.values();
        let reference = Reference { roles: &roles, values: &all };
        let permissions = Arc::new(Permissions::compile(bench.model.schema(), &roles));
        bench.requester = Requester::controller("R.T0.1").with_permissions(permissions);
        reads(&mut bench, &world, &tables, &reference)?;
        changes(&mut bench, &mut world, &tables, &reference, value)?;
    }
}

/// What is told of values and rows.
fn reads(
    bench: &mut Bench,
    world: &World,
    tables: &[Table],
    reference: &Reference<'_>,
) -> Result<(), TestCaseError> {
    let is_shown = |path: &String| {
        let object = &path[..=path.rfind('.').unwrap()];
        reference.reads(object, Kind::Obj) && reference.reads(path, Kind::Param)
    };
    let shown: Values = world.values().into_iter().filter(|(path, _)| is_shown(path)).collect();
    let expected = reference.reads("R.", Kind::Obj).then_some(shown);
    prop_assert_eq!(values(bench, "R."), expected, "{:?}", reference.roles);
    for (path, value) in world.values() {
        let expected = reference.reads(&path, Kind::Param).then(|| Values::from([(path.clone(), value)]));
        prop_assert_eq!(values(bench, &path), expected, "{} {:?}", path, reference.roles);
    }
    let outer = (0..tables.len()).filter(|&table| chain(tables, table).len() == 1);
    for path in outer.map(|table| format!("R.{}", names(tables, table))) {
        let answer = bench.instances(&[&path], false).req_path_results.remove(0);
        let told: BTreeSet<String> =
            answer.curr_insts.into_iter().map(|row| row.instantiated_obj_path).collect();
        let rows = world.rows().into_iter().filter(|row| row.starts_with(&path));
        let due: BTreeSet<String> = rows.filter(|row| reference.reads(row, Kind::InstantiatedObj)).collect();
        prop_assert_eq!(told, due, "{} {:?}", path, reference.roles);
    }
    Ok(())
}

/// Whether anything in a row may be read, written or executed.
fn reveals(reference: &Reference<'_>, tables: &[Table], row: &str) -> bool {
    let most = tables.iter().map(|table| table.kinds.len()).max().unwrap_or_default();
    let parameters = (0..most).map(|at| (format!("{row}P{at}"), Kind::Param));
    let kinds = [Kind::Param, Kind::Obj, Kind::InstantiatedObj, Kind::CommandEvent];
    let elements = kinds.map(|kind| (row.to_string(), kind)).into_iter().chain(parameters);
    let mut elements = elements.chain([(format!("{row}Run()"), Kind::CommandEvent)]);
    let rights = [Rights::READ, Rights::WRITE, Rights::EXECUTE];
    elements.any(|(path, kind)| rights.iter().any(|&right| reference.allows(&path, kind, right)))
}

/// What is done to rows, one after the other.
fn changes(
    bench: &mut Bench,
    world: &mut World,
    tables: &[Table],
    reference: &Reference<'_>,
    value: u8,
) -> Result<(), TestCaseError> {
    let allows = |path: &str, kind, right| reference.allows(path, kind, right);
    for row in world.rows() {
        let operate = Operate::new(format!("{row}Run()"));
        let answer = bench.model.process(&operate.into(), &bench.requester).unwrap();
        let Some(RespType::OperateResp(answer)) = answer.resp_type else { panic!("an OperateResp was due") };
        let is_done = matches!(answer.operation_results[0].operation_resp, Some(ReqOutputArgs(_)));
        let may = allows(&format!("{row}Run()"), Kind::CommandEvent, Rights::EXECUTE);
        prop_assert_eq!(is_done, may, "{} {:?}", row, reference.roles);
    }
    let device = Requester::controller("R.T0.1");
    for (path, _) in world.values() {
        let (row, name) = path.split_at(path.rfind('.').unwrap() + 1);
        let table = world.number_of_table(row);
        let at: u8 = name[1..].parse().unwrap();
        let set = requests::settings(tables, table, &[(at, value)], value).pop().unwrap();
        let settings = [(format!("{}!", set.0), set.1.clone())];
        let settings = settings.each_ref().map(|(name, value)| (&**name, &**value));
        let done = bench.set(false, &[(row, &settings)]).is_ok();
        let may = allows(&format!("{row}{}", set.0), Kind::Param, Rights::WRITE);
        let kind = tables[table].kinds.get(set.0[1..].parse::<usize>().unwrap());
        let target = format!("{}.", set.1.trim_end_matches('.'));
        // A strong reference leads to what may be known of.
        let is_known =
            kind != Some(&schema::Kind::Strong) || target == "." || reveals(reference, tables, &target);
        let expected = may && is_known && world.set(row, table, core::slice::from_ref(&set));
        prop_assert_eq!(done, expected, "{} {:?} {:?}", path, set, reference.roles);
    }
    for row in world.rows().into_iter().rev() {
        // Rows below it may have gone with others.
        if !world.rows().contains(&row) {
            continue;
        }
        let may = allows(&row, Kind::InstantiatedObj, Rights::WRITE);
        let before = bench.model.snapshot();
        let done = bench.delete(false, &[&row]).is_ok();
        // What may not be known of is deleted like what does not exist: with success, where rows may be deleted at all.
        if !reveals(reference, tables, &row) {
            prop_assert_eq!(bench.model.snapshot(), before, "{} {:?}", row, reference.roles);
            continue;
        }
        prop_assert_eq!(
            done,
            may && world.delete(&row),
            "{} of {} {:?}",
            row,
            table_of(&row),
            reference.roles
        );
    }
    let restricted = core::mem::replace(&mut bench.requester, device);
    prop_assert_eq!(values(bench, "R."), Some(world.values()));
    bench.requester = restricted;
    prop_assert_eq!(bench.model.inconsistency(), None);
    Ok(())
}
